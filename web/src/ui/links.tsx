/** Links to pages that look like text, a button or an entry of a menu; addresses are checked by type. */
import {
  ActionIcon,
  type ActionIconProps,
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
  Menu,
  type MenuItemProps,
} from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

type Plain = ComponentPropsWithRef<"a">;
type Of<P> = Omit<Plain, keyof P> & P;

export const TextLink = createLink((props: Of<AnchorProps>) => <Anchor {...props} />);
export const ButtonLink = createLink((props: Of<ButtonProps>) => (
  <Button component="a" {...props} />
));
export const MenuLink = createLink((props: Of<MenuItemProps>) => (
  <Menu.Item component="a" {...props} />
));
export const IconLink = createLink((props: Of<ActionIconProps>) => (
  <ActionIcon component="a" {...props} />
));
