import { execFileSync } from 'node:child_process';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type Child, freePort, run, startChild } from './children.ts';

/** OpenStack Swift with its S3 API, as Debian packages it: one disk, one copy, on loopback. */
export interface Swift {
  url: string;
  port: number;
  key: { accessKeyId: string; secretAccessKey: string };
  /** A user without any right. */
  limitedKey: { accessKeyId: string; secretAccessKey: string };
  region: string;
  close: () => Promise<void>;
}

const SERVERS = ['account', 'container', 'object'] as const;
const key = { accessKeyId: 'sampan:tester', secretAccessKey: 'a-secret-of-the-swift-stand-in-0001' };
const limitedKey = { accessKeyId: 'sampan:limited', secretAccessKey: 'a-secret-of-the-swift-stand-in-0002' };
const region = 'us-east-1';

/** Rings of one device each; the program of the package takes half a second for each of nine steps. */
const BUILD_RINGS = `
import sys
from swift.common.ring import RingBuilder
folder, ports = sys.argv[1], sys.argv[2:]
for name, port in zip(['account', 'container', 'object'], ports):
    builder = RingBuilder(4, 1, 0)
    builder.add_dev(dict(id=0, region=1, zone=1, ip='127.0.0.1', port=int(port), device='disk', weight=1,
                         replication_ip='127.0.0.1', replication_port=int(port), meta=''))
    builder.rebalance()
    builder.get_ring().save('%s/%s.ring.gz' % (folder, name))
`;

const SWIFT_CONF = `[swift-hash]
swift_hash_path_suffix = sampan
swift_hash_path_prefix = sampan

[storage-policy:0]
name = only
default = yes
`;

interface Place {
  folder: string;
  user: string;
  port: number;
}

function head({ folder, user, port }: Place): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
user = ${user}
swift_dir = ${folder}
devices = ${folder}/devices
mount_check = false
workers = 0
log_level = ERROR
disable_fallocate = true
`;
}

const storageConf = (place: Place, name: string): string => `${head(place)}
[pipeline:main]
pipeline = ${name}-server

[app:${name}-server]
use = egg:swift#${name}
`;

// Nothing listens where the cache should be: everything is asked anew, which is what a test wants.
const proxyConf = (place: Place, cachePort: number): string => `${head(place)}
[pipeline:main]
pipeline = catch_errors cache listing_formats s3api tempauth slo proxy-server

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true

[filter:catch_errors]
use = egg:swift#catch_errors

[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${cachePort}
error_suppression_limit = 1000000
connect_timeout = 0.05
tries = 1

[filter:listing_formats]
use = egg:swift#listing_formats

[filter:s3api]
use = egg:swift#s3api
location = ${region}
check_bucket_owner = true

[filter:tempauth]
use = egg:swift#tempauth
user_${key.accessKeyId.replace(':', '_')} = ${key.secretAccessKey} .admin
user_${limitedKey.accessKeyId.replace(':', '_')} = ${limitedKey.secretAccessKey}

[filter:slo]
use = egg:swift#slo
`;

/** Starts the four servers; the temporary folder's file system must keep extended attributes. */
export async function startSwift(): Promise<Swift> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-swift-'));
  const children: Child[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.end()));
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    // The servers refuse to be root for good: the package made a user for them.
    const isRoot = process.getuid?.() === 0;
    const user = isRoot ? 'swift' : userInfo().username;
    await mkdir(join(folder, 'devices', 'disk'), { recursive: true });
    await writeFile(join(folder, 'swift.conf'), SWIFT_CONF);
    if (isRoot) {
      const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' })));
      for (const path of ['', 'devices', 'devices/disk']) await chown(join(folder, path), uid ?? 0, gid ?? 0);
    }
    const [account = 0, container = 0, object = 0, port = 0, cache = 0] = await Promise.all(
      Array.from({ length: 5 }, freePort),
    );
    await run('/usr/bin/python3', ['-c', BUILD_RINGS, folder, `${account}`, `${container}`, `${object}`]);
    const ports = { account, container, object };
    for (const name of SERVERS) {
      await writeFile(join(folder, `${name}.conf`), storageConf({ folder, user, port: ports[name] }, name));
    }
    await writeFile(join(folder, 'proxy.conf'), proxyConf({ folder, user, port }, cache));
    const servers = [...SERVERS.map((name) => [name, ports[name]] as const), ['proxy', port] as const];
    children.push(
      ...(await Promise.all(
        servers.map(([name, at]) => startChild(`/usr/bin/swift-${name}-server`, [join(folder, `${name}.conf`)], at)),
      )),
    );
    return { url: `http://127.0.0.1:${port}`, port, key, limitedKey, region, close };
  } catch (error) {
    await close();
    throw error;
  }
}
