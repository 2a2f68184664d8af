import type { OptionField, OptionValue } from '@sampan/driver';
import type { ErrorRecord } from './problem.ts';

/** What a list answers. `count` is there when it was asked for; it is not exact above the server's bound. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  count?: { value: number; exact: boolean };
}

export interface LocalizedText {
  en: string;
  zh: string;
}

/** A kind of host or storage: what its form is made from. */
export interface DriverType {
  type: string;
  label: LocalizedText;
  description: LocalizedText;
  notice?: LocalizedText;
  options: OptionField[];
  capabilities: string[];
}

/** What hosts and storages have in common: a name, and the options of their type without the secrets. */
export interface Configured {
  id: string;
  revision: number;
  name: string;
  type: string;
  options: Record<string, OptionValue>;
  /** Names of the secret options that are set. */
  sealedOptions: string[];
}

/** Options as they are sent: null clears what is stored. */
export type OptionsInput = Readonly<Record<string, OptionValue | null>>;

export type HostType = DriverType;

export type HostState = 'new' | 'synchronizing' | 'ready' | 'unreachable' | 'refused';

export interface Host extends Configured {
  state: HostState;
  error: ErrorRecord | null;
  simulated: boolean;
  simulatedCloudId: string | null;
  instanceCount: number;
  syncedAt: string | null;
  syncDurationMs: number | null;
  createdAt: string;
  updatedAt: string;
}

export interface Instance {
  id: string;
  revision: number;
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
  networkName: string | null;
  imageId: string;
  imageName: string | null;
  flavorId: string;
  flavorName: string | null;
  cpuCount: number;
  memoryBytes: number;
  systemDiskBytes: number;
  privateAddresses: string[];
  publicAddresses: string[];
  tags: Record<string, string>;
  lockReason: string | null;
  capabilities: string[];
  operation: { id: string; kind: string; state: OperationState } | null;
  createdAt: string | null;
  expiresAt: string | null;
  syncedAt: string | null;
  vanishedAt: string | null;
}

export type OperationState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted';

export interface OperationStep {
  name: string;
  state: 'pending' | 'running' | 'succeeded' | 'failed' | 'skipped';
  startedAt: string | null;
  finishedAt: string | null;
  message: string | null;
}

export interface OperationProgress {
  done: number;
  total: number | null;
  unit: 'bytes' | 'items' | 'steps';
  ratePerSecond: number | null;
  remainingMs: number | null;
}

export interface Operation {
  id: string;
  revision: number;
  kind: string;
  target: { kind: string; id: string; name: string };
  hostId: string | null;
  hostName: string | null;
  actor: { kind: 'user' | 'access_key' | 'system'; id: string | null; name: string };
  state: OperationState;
  cancelRequested: boolean;
  waitingFor: { operationId: string } | null;
  /** The only server that may do it, while it does not live. */
  waitingForServer: string | null;
  steps: OperationStep[];
  progress: OperationProgress | null;
  error: ErrorRecord | null;
  result: Record<string, unknown> | null;
  attempts: number;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

export interface OperationLogEntry {
  sequence: number;
  time: string;
  level: 'info' | 'warning' | 'error';
  message: string;
}

export interface AccessKey {
  id: string;
  revision: number;
  accessKeyId: string;
  description: string;
  state: 'enabled' | 'disabled' | 'expired';
  scopes: string[];
  expiresAt: string | null;
  allowedAddresses: string[];
  userId: string;
  username: string;
  lastUsedAt: string | null;
  lastUsedAddress: string | null;
  createdAt: string;
}

export interface Permission {
  name: string;
  description: string;
}

export type Role = 'administrator' | 'operator' | 'read_only';

export interface User {
  id: string;
  revision: number;
  username: string;
  displayName: string;
  role: Role;
  disabled: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface Session {
  id: string;
  createdAt: string;
  lastUsedAt: string;
  expiresAt: string;
  address: string;
  userAgent: string;
  current: boolean;
}

export interface CurrentSession {
  user: User;
  permissions: string[];
  session: { id: string; createdAt: string; expiresAt: string };
  server: { version: string; publicUrl: string | null; timeZone: string };
}

export interface AuditEvent {
  sequence: number;
  time: string;
  actor: { kind: string; id: string | null; name: string };
  accessKeyId: string | null;
  address: string | null;
  action: string;
  resource: { kind: string; id: string | null; name: string | null } | null;
  result: 'succeeded' | 'refused' | 'failed';
  code: string | null;
  difference: Record<string, unknown> | null;
  hash: string;
}

export type ChannelType = DriverType;

export type NoticeSeverity = 'info' | 'warning' | 'error';

export interface ChannelRule {
  /** Null: all. */
  events: string[] | null;
  /** This or worse. */
  severity: NoticeSeverity;
  /** Null: anything. */
  resources: { kind: string; id: string }[] | null;
}

export interface Channel extends Configured {
  /** Where it goes, without secrets. */
  destination: string;
  enabled: boolean;
  language: 'en' | 'zh-CN';
  digest: { mode: 'immediately' | 'hourly' | 'daily'; time: string };
  timeZone: string;
  repeatAfterHours: 1 | 6 | 24 | null;
  rules: ChannelRule[];
  lastDelivery: { state: 'sent' | 'failed'; at: string; error: ErrorRecord | null } | null;
  pending: number;
  createdAt: string;
  updatedAt: string;
}

export type DeliveryState = 'queued' | 'waiting' | 'sent' | 'failed' | 'suppressed';

export interface Delivery {
  id: string;
  state: DeliveryState;
  event: string;
  severity: NoticeSeverity;
  title: LocalizedText;
  subject: { kind: string; id: string; name: string };
  path: string;
  happenedAt: string;
  createdAt: string;
  updatedAt: string;
  dueAt: string | null;
  attempts: number;
  repeats: number;
  messageId: string | null;
  reason: string | null;
  error: ErrorRecord | null;
}

export interface NoticeEvent {
  event: string;
  severity: NoticeSeverity;
  isRecovery: boolean;
  label: LocalizedText;
}

export interface SimulatedCloud {
  id: string;
  type: string;
  name: string;
  state: 'starting' | 'running' | 'stopped' | 'failed';
  endpoint: string | null;
  instanceCount: number;
  hostId: string | null;
  createdAt: string;
  error: string | null;
}

export interface StorageType extends DriverType {
  /** A part of the server itself; for administrators. */
  isLocal: boolean;
}

export type StorageState = 'new' | 'ready' | 'unreachable' | 'refused';

/** Null: no limit. */
export interface StorageLimits {
  uploadBytesPerSecond: number | null;
  downloadBytesPerSecond: number | null;
  /** Requests at once. */
  concurrency: number | null;
}

export interface StoragePrices {
  /** ISO 4217. */
  currency: string | null;
  storagePerGibMonth: number | null;
  writePer10000: number | null;
  readPer10000: number | null;
  listPer10000: number | null;
  deletePer10000: number | null;
  downloadPerGib: number | null;
}

export interface Storage extends Configured {
  state: StorageState;
  error: ErrorRecord | null;
  capabilities: string[];
  bucket: string | null;
  nodeId: string | null;
  /** Whether the server that answers can reach it. */
  isHere: boolean;
  limits: StorageLimits;
  prices: StoragePrices | null;
  usage: { objects: number | null; bytes: number | null; measuredAt: string | null };
  plansUsing: number;
  checkedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

export type RequestClass = 'write' | 'read' | 'list' | 'delete';

export interface StorageTraffic {
  requests: Record<RequestClass | 'failed', number>;
  bytesSent: number;
  bytesReceived: number;
  cost: number | null;
}

export interface StorageDay extends StorageTraffic {
  /** UTC, e.g. 2026-11-21. */
  day: string;
  objects: number | null;
  bytes: number | null;
}

export interface StorageUsage {
  items: StorageDay[];
  totals: StorageTraffic;
  prices: StoragePrices | null;
}

export interface Bucket {
  name: string;
  zone: string | null;
  createdAt: string | null;
}

export interface StoredObject {
  key: string;
  size: number;
  modified: string | null;
  /** Of the content, hex. */
  md5: string | null;
  etag: string | null;
}

export interface ObjectHead extends StoredObject {
  contentType: string | null;
}

export interface ObjectPage {
  items: StoredObject[];
  /** Each ends with `/`. */
  prefixes: string[];
  nextCursor: string | null;
}
