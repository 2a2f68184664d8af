import { after, describe, test } from 'node:test';
import { storageConformance } from './suite.ts';
import { startSwift } from './testing/swift.ts';
import { swiftHarness } from './testing/swift-s3.ts';

const swift = startSwift();
after(async () => (await swift).close());

storageConformance({ describe, test }, { name: 's3, against Swift', create: async () => swiftHarness(await swift) });
