/** The one WebSocket of a tab: keeps itself open, and its topics subscribed. */
import { parse } from "#util/json";
import { Store } from "#util/store";
import type { Frame, Topic, TopicFrame } from "./frames";

export type Connection =
  | { status: "connecting" }
  | { status: "live"; server: string; version: string }
  /** How often it was tried since, without success. */
  | { status: "lost"; attempt: number };

export type Handler = (frame: TopicFrame) => void;

/** What it needs of its surroundings; tests give their own. */
export type Surroundings = {
  open: () => WebSocket;
  after: (ms: number, act: () => void) => () => void;
  random: () => number;
};

type Subscription = { handlers: Set<Handler>; cursor: string | null; resuming: boolean };

const LONGEST_WAIT_MS = 5000;
const FIRST_WAIT_MS = 250;
/** Silence for more than two beats means that the connection is gone. */
const BEATS = 2.2;
const FIRST_BEAT_S = 10;

/** How long to wait before attempt `attempt` (1 is the first): up to 5 s, spread, so that tabs differ. */
export function waitBefore(attempt: number, random: () => number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return full * (0.5 + random() / 2);
}

export class LiveSocket {
  readonly connection = new Store<Connection>({ status: "connecting" });
  private readonly subscriptions = new Map<Topic, Subscription>();
  private socket: WebSocket | null = null;
  private beat_s = FIRST_BEAT_S;
  private attempt = 0;
  private stopSilence = () => {};
  private stopWaiting = () => {};
  private closed = false;
  private readonly around: Surroundings;
  private readonly first: Handler;

  /** `first` is told every frame of a topic before the topic's own handlers. */
  constructor(around: Surroundings, first: Handler) {
    this.around = around;
    this.first = first;
  }

  connect(): void {
    if (this.socket !== null) return;
    this.closed = false;
    const socket = this.around.open();
    this.socket = socket;
    socket.onmessage = ({ data }) => this.received(parse(data) as Frame);
    socket.onclose = () => this.lost(socket);
    this.listen();
  }

  /** Try at once, without waiting for the turn: the machine is online or awake again. */
  hurry(): void {
    if (this.socket !== null || this.closed) return;
    this.stopWaiting();
    this.connect();
  }

  close(): void {
    this.closed = true;
    this.stopWaiting();
    this.stopSilence();
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  /** Several may subscribe to a topic: it is told once, and ended when the last one goes. */
  subscribe(topic: Topic, handler: Handler): () => void {
    const known = this.subscriptions.get(topic);
    const subscription = known ?? { handlers: new Set(), cursor: null, resuming: false };
    subscription.handlers.add(handler);
    if (known === undefined) {
      this.subscriptions.set(topic, subscription);
      this.ask(topic, subscription);
    }
    return () => this.leave(topic, subscription, handler);
  }

  private leave(topic: Topic, subscription: Subscription, handler: Handler): void {
    subscription.handlers.delete(handler);
    if (subscription.handlers.size > 0 || this.subscriptions.get(topic) !== subscription) return;
    this.subscriptions.delete(topic);
    this.send({ op: "unsubscribe", topic });
  }

  private ask(topic: Topic, subscription: Subscription): void {
    const after = subscription.cursor;
    subscription.resuming = after !== null;
    this.send(after === null ? { op: "subscribe", topic } : { op: "subscribe", topic, after });
  }

  private send(message: object): void {
    if (this.connection.get().status === "live") this.socket?.send(JSON.stringify(message));
  }

  private received(frame: Frame): void {
    this.listen();
    if (frame.event === "hello") this.greeted(frame);
    else if (frame.event === "error") console.warn("live:", frame.problem.detail);
    else if (frame.event !== "beat") this.deliver(frame);
  }

  private greeted({ server, version, beat_s }: Extract<Frame, { event: "hello" }>): void {
    this.beat_s = beat_s;
    this.attempt = 0;
    this.connection.set({ status: "live", server, version });
    for (const [topic, subscription] of this.subscriptions) this.ask(topic, subscription);
  }

  private deliver(frame: TopicFrame): void {
    const subscription = this.subscriptions.get(frame.topic);
    if (subscription === undefined) return;
    // What was missed follows the answer to a resumption, whose cursor is already behind it.
    const early = frame.event === "subscribed" && subscription.resuming;
    if ("cursor" in frame && frame.cursor && !early) subscription.cursor = frame.cursor;
    this.first(frame);
    for (const handle of [...subscription.handlers]) handle(frame);
  }

  /** From now on, wait for a sign of life. */
  private listen(): void {
    this.stopSilence();
    const socket = this.socket;
    if (socket === null) return;
    this.stopSilence = this.around.after(this.beat_s * BEATS * 1000, () => {
      socket.close();
      this.lost(socket); // a dead connection may take minutes to say that it closed
    });
  }

  private lost(socket: WebSocket): void {
    if (socket !== this.socket) return;
    this.socket = null;
    this.stopSilence();
    this.attempt += 1;
    this.connection.set({ status: "lost", attempt: this.attempt });
    this.stopWaiting = this.around.after(waitBefore(this.attempt, this.around.random), () =>
      this.connect(),
    );
  }
}

/** A socket to the server that the page came from. */
export function openHere(): WebSocket {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(`${scheme}//${location.host}/api/live`);
}
