/** Links to pages that look like text, a button or an entry of a menu; addresses are checked by type. */
import { Button, type ButtonProps, Menu, type MenuItemProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

type Plain = ComponentPropsWithRef<"a">;
type Of<P> = Omit<Plain, keyof P> & P;

/** Lists have hundreds of them, so it is no more than what the browser gives. */
export const TextLink = createLink(({ className = "", ...others }: Plain) => (
  <a className={`link ${className}`} {...others} />
));
export const ButtonLink = createLink((props: Of<ButtonProps>) => (
  <Button component="a" {...props} />
));
export const MenuLink = createLink((props: Of<MenuItemProps>) => (
  <Menu.Item component="a" {...props} />
));
