/** What components use of the live connection. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import { keys } from "#api/keys";
import type { ActiveRuns } from "./fold";
import { type Topic, topics } from "./frames";
import { useSocket } from "./LiveProvider";
import { RunFeed, type RunFeedState } from "./runFeed";
import type { Connection, Handler, LiveSocket } from "./socket";

/** How the connection is. */
export function useConnection(): Connection {
  const { connection } = useSocket();
  return useSyncExternalStore(connection.subscribe, connection.get);
}

/** Subscribe while mounted; null for nothing yet. The query cache follows by itself. */
export function useTopic(topic: Topic | null, handler?: Handler): void {
  const socket = useSocket();
  const handle = useEffectEvent((frame: Parameters<Handler>[0]) => handler?.(frame));
  useEffect(() => {
    if (topic === null) return;
    return socket.subscribe(topic, (frame) => handle(frame));
  }, [socket, topic]);
}

const NONE: ActiveRuns = { runs: [], running: 0, pending: 0 };

/** What works and waits now; empty until the socket has told. */
export function useActiveRuns(): ActiveRuns {
  useTopic(topics.activeRuns);
  const { data } = useQuery<ActiveRuns>({ queryKey: keys.activeRuns, enabled: false });
  return data ?? NONE;
}

type Shared = { feed: RunFeed; users: number; leave: () => void };
const feeds = new WeakMap<LiveSocket, Map<string, Shared>>();

/** The feed of a run, shared by all who watch it: `feed` to fill it, `state` to show. */
export function useRunFeed(runId: string): { feed: RunFeed; state: RunFeedState } {
  const socket = useSocket();
  const shared = sharedFeed(socket, runId);
  useEffect(() => watch(socket, runId, shared), [socket, runId, shared]);
  const { store } = shared.feed;
  return { feed: shared.feed, state: useSyncExternalStore(store.subscribe, store.get) };
}

/** One fact of the feed: renders again only when that changes, not with every line. */
export function useRunFact<T>(runId: string, pick: (state: RunFeedState) => T): T {
  const socket = useSocket();
  const shared = sharedFeed(socket, runId);
  useEffect(() => watch(socket, runId, shared), [socket, runId, shared]);
  const { store } = shared.feed;
  return useSyncExternalStore(store.subscribe, () => pick(store.get()));
}

/** The feed of a run for what reads it outside of React. */
export function useFeedOf(runId: string): RunFeed {
  const socket = useSocket();
  const shared = sharedFeed(socket, runId);
  useEffect(() => watch(socket, runId, shared), [socket, runId, shared]);
  return shared.feed;
}

function feedsOf(socket: LiveSocket): Map<string, Shared> {
  const known = feeds.get(socket) ?? new Map<string, Shared>();
  feeds.set(socket, known);
  return known;
}

function sharedFeed(socket: LiveSocket, runId: string): Shared {
  const shared = feedsOf(socket).get(runId) ?? { feed: new RunFeed(), users: 0, leave: () => {} };
  feedsOf(socket).set(runId, shared);
  return shared;
}

function watch(socket: LiveSocket, runId: string, shared: Shared): () => void {
  feedsOf(socket).set(runId, shared);
  if (shared.users === 0) shared.leave = socket.subscribe(topics.run(runId), shared.feed.receive);
  shared.users += 1;
  return () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    shared.leave();
    feedsOf(socket).delete(runId);
  };
}
