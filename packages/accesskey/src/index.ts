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
  formatS3Timestamp,
  parseS3Timestamp,
  presignS3V4,
  S3V4_ALGORITHM,
  type S3V4Key,
  type S3V4Request,
  type S3V4Scope,
  type S3V4SignedParts,
  s3CanonicalRequest,
  s3Scope,
  s3SigningKey,
  sha256Hex,
  signS3V4,
  signS3V4Headers,
  UNSIGNED_PAYLOAD,
  verifyS3V4Signature,
} from './s3v4.ts';
export { S3_STREAMING, type S3ChunkContext, sameS3Signature, signS3Chunk, signS3Trailer } from './s3v4-chunks.ts';
export { decodeS3Chunks, S3ChunkError, type S3ChunkedBody } from './s3v4-decode.ts';
export { type ReadS3V4Request, readS3V4Request, S3V4_CLOCK_WINDOW_MS, type S3V4Refusal } from './s3v4-request.ts';
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
