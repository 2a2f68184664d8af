import { QingStorError } from './error.ts';
import { LARGEST_PART_COUNT, LARGEST_PUT } from './options.ts';

const MIB = 1024 * 1024;
/** Of a stream whose end is not known, the chunk doubles after so many parts, first after twice as many: 4 MiB reach 2 TiB. */
const PARTS_BEFORE_DOUBLING = 1_000;

/** The chunk size for an object of known size: as asked, or larger so that 10,000 parts suffice. Bytes. */
export function chunkSizeFor(size: number, asked: number): number {
  const needed = Math.ceil(size / LARGEST_PART_COUNT);
  const chunk = needed <= asked ? asked : Math.ceil(needed / MIB) * MIB;
  if (chunk <= LARGEST_PUT) return chunk;
  throw new QingStorError('too_large', 'The object is larger than 10,000 parts of 5 GiB');
}

/** The chunk size of part number `index` (from 0) of a stream whose end is not known. Bytes. */
export function chunkSizeAt(index: number, asked: number): number {
  if (index >= LARGEST_PART_COUNT) throw new QingStorError('too_large', 'The stream is larger than 10,000 parts hold');
  return Math.min(LARGEST_PUT, asked * 2 ** Math.max(0, Math.floor(index / PARTS_BEFORE_DOUBLING) - 1));
}
