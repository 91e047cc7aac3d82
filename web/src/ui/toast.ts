/** Short messages: they leave by themselves, errors stay until they are closed. */
import { notifications } from "@mantine/notifications";

const LASTS_MS = 4000;

export const toast = {
  info(message: string): void {
    notifications.show({ message, autoClose: LASTS_MS, withBorder: true });
  },
  success(message: string): void {
    notifications.show({ message, autoClose: LASTS_MS, withBorder: true, color: "green" });
  },
  error(message: string, title?: string): void {
    notifications.show({
      title,
      message,
      autoClose: false,
      withBorder: true,
      color: "red",
      role: "alert",
    });
  },
};
