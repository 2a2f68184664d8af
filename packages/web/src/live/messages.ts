/** What the event stream says about one thing; `data` is the whole resource where the kind carries it. */
export interface ChangeEvent {
  sequence: number;
  time: string;
  kind:
    | 'operation'
    | 'instance'
    | 'host'
    | 'access_key'
    | 'user'
    | 'session'
    | 'simulated_cloud'
    | 'storage'
    | 'channel'
    | 'plan'
    | 'run'
    | 'backup'
    | 'restore'
    | 'repository'
    | 'system';
  id: string | null;
  action: 'created' | 'changed' | 'deleted' | 'many';
  data: unknown;
}

export type StreamState = 'connecting' | 'open' | 'lost';

/** From the holder of the stream to the pages. */
export type StreamMessage =
  | { type: 'state'; state: StreamState }
  /** The stream is connected (again): what happened before may be missing. */
  | { type: 'hello' }
  | { type: 'reset' }
  | { type: 'changes'; changes: ChangeEvent[] };

/** From a page to the holder of the stream. */
export type PageMessage =
  | { type: 'join' }
  /** The page closes or nobody is signed in on it. */
  | { type: 'leave' }
  /** Ask at once instead of waiting for the next try, e.g. because the network is back. */
  | { type: 'retry' };
