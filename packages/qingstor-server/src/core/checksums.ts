import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Checksums that S3 clients send, each an `x-amz-checksum-<name>`, base64. */
export const CHECKSUM_ALGORITHMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

export interface RunningChecksum {
  readonly algorithm: ChecksumAlgorithm;
  update(bytes: Uint8Array): void;
  /** Base64. */
  digest(): string;
}

function bigEndian32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes.toString('base64');
}

const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

function crc32c(): Omit<RunningChecksum, 'algorithm'> {
  let crc = 0xffffffff;
  return {
    update(bytes) {
      let value = crc;
      for (let at = 0; at < bytes.length; at += 1) {
        value = (value >>> 8) ^ (CRC32C_TABLE[(value ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
      }
      crc = value;
    },
    digest: () => bigEndian32(~crc),
  };
}

/** CRC-64/NVME, reflected polynomial 0x9a6c9329ac4bc9b5, in two halves: JavaScript's numbers have 32 bits for this. */
const [CRC64_HIGH, CRC64_LOW] = (() => {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let index = 0; index < 256; index += 1) {
    let value = BigInt(index);
    for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ 0x9a6c9329ac4bc9b5n : value >> 1n;
    high[index] = Number(value >> 32n);
    low[index] = Number(value & 0xffffffffn);
  }
  return [high, low];
})();

function crc64nvme(): Omit<RunningChecksum, 'algorithm'> {
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    update(bytes) {
      let [upper, lower] = [high, low];
      for (let at = 0; at < bytes.length; at += 1) {
        const index = (lower ^ (bytes[at] ?? 0)) & 0xff;
        lower = ((lower >>> 8) | (upper << 24)) ^ (CRC64_LOW[index] ?? 0);
        upper = (upper >>> 8) ^ (CRC64_HIGH[index] ?? 0);
      }
      [high, low] = [upper, lower];
    },
    digest() {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(~high >>> 0, 0);
      bytes.writeUInt32BE(~low >>> 0, 4);
      return bytes.toString('base64');
    },
  };
}

function plainCrc32(): Omit<RunningChecksum, 'algorithm'> {
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    digest: () => bigEndian32(value),
  };
}

function hashed(name: 'sha1' | 'sha256'): Omit<RunningChecksum, 'algorithm'> {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
}

/** Starts a checksum. */
export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  const running =
    algorithm === 'crc32'
      ? plainCrc32()
      : algorithm === 'crc32c'
        ? crc32c()
        : algorithm === 'crc64nvme'
          ? crc64nvme()
          : hashed(algorithm);
  return { algorithm, ...running };
}

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return (CHECKSUM_ALGORITHMS as readonly string[]).includes(name);
}
