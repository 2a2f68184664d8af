/** What the commands read of the API's answers; the whole shapes are in the API description. */
export interface OperationView {
  id: string;
  kind: string;
  target: { kind: string; id: string; name: string };
  hostName: string | null;
  actor: { name: string };
  state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted';
  waitingFor: { operationId: string } | null;
  /** The only server that may do it, while it does not live. */
  waitingForServer: string | null;
  steps: { name: string; state: string; startedAt: string | null; finishedAt: string | null; message: string }[];
  progress: { done: number; total: number | null; unit: string } | null;
  result: Record<string, unknown> | null;
  error: { code: string; message: string; hint: string | null } | null;
  attempts: number;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

export interface InstanceView {
  id: string;
  hostId: string;
  hostName: string;
  hostSimulated: boolean;
  remoteId: string | null;
  name: string;
  description: string;
  state: string;
  remoteState: string;
  regionId: string;
  zoneId: string;
  networkId: string;
  networkName: string;
  imageId: string;
  imageName: string;
  flavorId: string;
  flavorName: string;
  cpuCount: number;
  memoryBytes: number;
  systemDiskBytes: number;
  privateAddresses: string[];
  publicAddresses: string[];
  tags: Record<string, string>;
  lockReason: string | null;
  operation: { id: string; kind: string; state: string } | null;
  createdAt: string | null;
  expiresAt: string | null;
  syncedAt: string;
}

export interface HostView {
  id: string;
  name: string;
  type: string;
  options: Record<string, string | number | boolean>;
  sealedOptions: string[];
  state: string;
  error: { code: string; message: string; hint: string | null } | null;
  simulated: boolean;
  instanceCount: number;
  syncedAt: string | null;
  createdAt: string;
}

/** A kind of host or storage with the options that it takes. */
export interface DriverTypeView {
  type: string;
  label: { en: string; zh: string };
  description: { en: string; zh: string };
  notice?: { en: string; zh: string };
  options: OptionFieldView[];
  capabilities: string[];
}

export interface StorageView {
  id: string;
  name: string;
  type: string;
  options: Record<string, string | number | boolean>;
  sealedOptions: string[];
  state: string;
  error: { code: string; message: string; hint: string | null } | null;
  capabilities: string[];
  bucket: string | null;
  limits: { uploadBytesPerSecond: number | null; downloadBytesPerSecond: number | null; concurrency: number | null };
  usage: { objects: number | null; bytes: number | null; measuredAt: string | null };
  checkedAt: string | null;
  createdAt: string;
}

export interface ChannelRuleView {
  /** Null: all. */
  events: string[] | null;
  severity: string;
  /** Null: anything. */
  resources: { kind: string; id: string }[] | null;
}

export interface ChannelView {
  id: string;
  name: string;
  type: string;
  options: Record<string, string | number | boolean>;
  sealedOptions: string[];
  destination: string;
  enabled: boolean;
  language: string;
  digest: { mode: string; time: string };
  timeZone: string;
  repeatAfterHours: number | null;
  rules: ChannelRuleView[];
  lastDelivery: { state: string; at: string; error: { message: string; hint: string | null } | null } | null;
  pending: number;
}

export interface DeliveryView {
  id: string;
  state: string;
  severity: string;
  title: { en: string; zh: string };
  happenedAt: string;
  attempts: number;
  repeats: number;
  reason: string | null;
  error: { message: string } | null;
}

export interface OptionFieldView {
  name: string;
  kind: string;
  label: { en: string; zh: string };
  help?: { en: string; zh: string };
  required?: boolean;
  default?: string | number | boolean;
  choices?: { value: string }[];
}

export interface CheckLine {
  name: string;
  state: 'passed' | 'warning' | 'failed' | 'skipped';
  durationMs: number;
  message: string;
  code?: string;
  cause?: string;
  remedy?: string;
}

export interface AccessKeyView {
  id: string;
  accessKeyId: string;
  accessKeySecret?: string;
  description: string;
  state: string;
  scopes: string[];
  expiresAt: string | null;
  allowedAddresses: string[];
  username: string;
  lastUsedAt: string | null;
  createdAt: string;
}
