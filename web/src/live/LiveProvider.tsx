/** Opens the socket of the tab, feeds the query cache from it, and asks instead while it is lost. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { apply } from "./apply";
import { LiveSocket, openHere } from "./socket";

const Context = createContext<LiveSocket | null>(null);
const ASK_EVERY_MS = 3000;

export function LiveProvider({ children }: { children: ReactNode }) {
  const cache = useQueryClient();
  const [socket] = useState(() => makeSocket(cache));
  useEffect(() => keepOpen(socket), [socket]);
  useEffect(() => askWhileLost(socket, cache), [socket, cache]);
  return <Context value={socket}>{children}</Context>;
}

export function useSocket(): LiveSocket {
  const socket = useContext(Context);
  if (socket === null) throw new Error("useSocket needs a LiveProvider around it");
  return socket;
}

function makeSocket(cache: QueryClient): LiveSocket {
  const after = (ms: number, act: () => void) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  };
  const around = { open: openHere, after, random: Math.random };
  return new LiveSocket(around, (frame) => apply(cache, frame));
}

function keepOpen(socket: LiveSocket): () => void {
  const hurry = () => document.visibilityState === "visible" && socket.hurry();
  socket.connect();
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  return () => {
    removeEventListener("online", hurry);
    document.removeEventListener("visibilitychange", hurry);
    socket.close();
  };
}

/** Without a socket, what is on screen is asked for again every few seconds. */
function askWhileLost(socket: LiveSocket, cache: QueryClient): () => void {
  const timer = setInterval(() => {
    const lost = socket.connection.get().status === "lost";
    if (lost && document.visibilityState === "visible") void cache.invalidateQueries();
  }, ASK_EVERY_MS);
  return () => clearInterval(timer);
}
