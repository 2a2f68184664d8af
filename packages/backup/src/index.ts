export { type BackupProgress, type BackupResult, type BackupWish, backUp, type Unread } from './backup.ts';
export { type BackupNode, listNodes, type NodeKind, readContent } from './browse.ts';
export { Catalog, type CatalogBackup, type CatalogDifference, type CatalogNode } from './catalog/catalog.ts';
export { copySnapshots, createLike } from './copy.ts';
export { type DrillResult, type DrillWish, drill } from './drill/drill.ts';
export { compareRestored, type DrillFinding, SampleChooser, type SampleEntry, witness } from './drill/manifest.ts';
export { createGatewayHandler, type GatewayCounters, type GatewayOptions } from './gateway/handler.ts';
export type { GatewayStorage } from './gateway/messages.ts';
export { type Gateway, prepareGateway, startGateway } from './gateway/start.ts';
export { literalPattern } from './patterns.ts';
export * from './plan/retention.ts';
export * from './plan/schedule.ts';
export { previewSources, type SourcePreview } from './preview/preview.ts';
export { recoverySheet } from './recovery-sheet.ts';
export * from './repository.ts';
export { findRestic } from './restic/find.ts';
export type { ResticProcess } from './restic/process.ts';
export { demandCapability, isFullRestic, probeRestic, type Restic, type ResticCapability } from './restic/version.ts';
export {
  type OverwriteRule,
  type RestoredItem,
  type RestoreProgress,
  type RestoreResult,
  type RestoreWish,
  restore,
} from './restore.ts';
export type { RepositoryAccess } from './session.ts';
