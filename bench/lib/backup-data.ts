import { randomBytes } from 'node:crypto';
import { mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';

const MIB = 1024 * 1024;

/** 512 MiB that cannot be compressed, 4,000 files of half that can, and some large ones: 1 GiB in all. */
export async function makeData(folder: string): Promise<void> {
  const random = await open(path.join(folder, 'random.bin'), 'w');
  for (let written = 0; written < 512; written += 1) await random.write(randomBytes(MIB));
  await random.close();
  const half = Buffer.alloc(MIB, 'text that repeats itself ');
  for (let index = 0; index < 8; index += 1) {
    const file = await open(path.join(folder, `half-${index}.bin`), 'w');
    for (let written = 0; written < 24; written += 1) {
      await file.write(written % 2 === 0 ? randomBytes(MIB) : half);
    }
    await file.close();
  }
  for (let index = 0; index < 4_000; index += 1) {
    const inside = path.join(folder, `d${index % 40}`);
    if (index < 40) await mkdir(inside);
    const size = 20_000 + (index % 17) * 8_000;
    await writeFile(
      path.join(inside, `${index}.dat`),
      Buffer.concat([randomBytes(size / 2), half.subarray(0, size / 2)]),
    );
  }
}
