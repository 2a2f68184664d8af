export { byCodeUnit, percentEncode, percentEncodePath, readQuery, splitTarget } from './percent.ts';
export {
  formatQingStorAuthorization,
  formatQingStorDate,
  presignQingStor,
  type QingStorHeaders,
  type QingStorKey,
  type QingStorSignedParts,
  qingstorPath,
  qingstorStringToSign,
  signQingStor,
  signQingStorForm,
  signQingStorHeaders,
  verifyQingStorForm,
  verifyQingStorSignature,
} from './qingstor.ts';
export {
  parseQingStorDate,
  QINGSTOR_CLOCK_WINDOW_MS,
  type QingStorRefusal,
  type ReadQingStorRequest,
  readQingStorRequest,
} from './qingstor-request.ts';
export {
  encodeRpcParameters,
  formatRpcTimestamp,
  parseRpcTimestamp,
  QINGZHOU_CLOCK_WINDOW_MS,
  type QingzhouRefusal,
  type QingzhouRequest,
  type QingzhouSignatureMethod,
  qingzhouStringToSign,
  type RpcParameters,
  readQingzhouRequest,
  readRpcParameters,
  rpcEncode,
  signQingzhou,
  verifyQingzhouSignature,
} from './qingzhou.ts';
export {
  contentSha256,
  type ExtendedPart,
  formatZStackAuthorization,
  signZStack,
  signZStackHeaders,
  verifyZStackSignature,
  type ZStackSignedParts,
  zstackStringToSign,
} from './zstack.ts';
export {
  checkZStackDate,
  formatZStackDate,
  parseZStackDate,
  ZSTACK_CLOCK_WINDOW_MS,
  type ZStackDate,
  type ZStackDateCheck,
  type ZStackDateOptions,
} from './zstack-date.ts';
export {
  parseZStackAuthorization,
  type ReadZStackRequest,
  readZStackRequest,
  type ZStackRefusal,
  type ZStackRequest,
  zstackRefusals,
  zstackSignedPath,
} from './zstack-request.ts';
