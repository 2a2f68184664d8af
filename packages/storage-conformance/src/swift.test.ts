import { after } from 'node:test';
import { storageConformance } from './suite.ts';
import { severalAtOnce } from './testing/several-at-once.ts';
import { startSwift } from './testing/swift.ts';
import { swiftHarness } from './testing/swift-s3.ts';

const swift = startSwift();
after(async () => (await swift).close());

storageConformance(severalAtOnce, { name: 's3, against Swift', create: async () => swiftHarness(await swift) });
