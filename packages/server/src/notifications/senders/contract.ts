import type { LookupFunction } from 'node:net';
import type { Endpoint, OptionValues } from '@sampan/driver';
import type { DriverType } from '../../platform/driver-types.ts';
import type { Language, Severity } from '../tables.ts';

/** One notice of a message, in the language of the channel. Plain text: each sender escapes it for its own markup. */
export interface MessageItem {
  event: string;
  severity: Severity;
  title: string;
  /** What happened and what to do; one paragraph each. */
  paragraphs: readonly string[];
  /** When it happened, in UTC and in the zone of the channel. */
  time: string;
  /** Page of the console; null when the server does not know its own address. */
  link: string | null;
  /** For programs, see the web hook. */
  notice: {
    id: string;
    time: string;
    subject: { kind: string; id: string; name: string };
    parameters: Readonly<Record<string, string | number>>;
    path: string;
  };
}

/** What a channel is to say: one notice, or several in one (a digest, or many that came at once). */
export interface Message {
  /** The same for each attempt: who gets it twice can tell. */
  id: string;
  language: Language;
  /** The worst of the items. */
  severity: Severity;
  title: string;
  items: readonly MessageItem[];
  words: { open: string; time: string; more: (count: number) => string };
}

export interface SenderEnvironment {
  /** Checks where it leads, verifies TLS, follows no redirects. */
  fetch: typeof globalThis.fetch;
  lookup: LookupFunction;
  allowsAddress: (address: string) => boolean;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** A way to people, as it is configured. */
export interface Sender {
  /**
   * Hands a message over; resolves when the other side says that it took it.
   * @throws SampanError; `retryable` when the same message may pass later
   */
  send(message: Message, signal: AbortSignal): Promise<void>;
  /** Connects and signs in without sending anything, where the other side allows that. */
  greet?(signal: AbortSignal): Promise<void>;
}

export interface ChannelType extends DriverType {
  create: (options: OptionValues, environment: SenderEnvironment) => Sender;
  /** Host and port that it talks to, for Test Connection. */
  endpoint: (options: OptionValues) => Endpoint;
  /** Where it goes, for people: nothing secret, e.g. addresses of a mail or the host of a robot. */
  destination: (options: OptionValues) => string;
}
