import { createHash } from 'node:crypto';
import { pseudoRandom } from './pseudo-random.ts';
import { DEFAULT_REGION, flavors, images, type Region, regions, vpcs } from './world.ts';

/** What is kept of an instance; the state is kept beside it. Names are those on the wire. */
export interface InstanceBody {
  InstanceId: string;
  Name: string;
  Description: string;
  RegionId: string;
  ZoneId: string;
  VpcId: string;
  SubnetId: string;
  ImageId: string;
  FlavorId: string;
  Cpu: number;
  Memory: number;
  SystemDisk: { DiskId: string; Size: number };
  PrivateIps: string[];
  PublicIps: string[];
  SecurityGroupIds: string[];
  Tags: Record<string, string>;
  ChargeType: 'PrePaid' | 'PostPaid';
  CreatedAt: string;
  ExpiresAt?: string;
  LockReason?: string;
}

export type InstanceStatus = string;

const DAY = 86_400_000;
const ROLES = ['web', 'api', 'db', 'cache', 'worker', '主机-网站', '主机-数据库', '主机-备份', 'build', 'gitlab'];
const TEAMS = ['shop', 'billing', '运维', 'research'];
const OTHER_REGIONS_HAVE = 6;

/** The first ones are fixed, so that an example always finds one of each kind. */
const FIRST: readonly { name: string; status: InstanceStatus }[] = [
  { name: 'web-beijing-001', status: 'Running' },
  { name: '主机-数据库-主', status: 'Running' },
  { name: 'worker-night-batch', status: 'Stopped' },
  { name: '主机-欠费示例', status: 'Locked' },
  { name: 'import-2021-old', status: 'Failed' },
];

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Id of the instance at a place of a region's list, from 0. */
export function instanceIdAt(regionId: string, index: number): string {
  return `i-${hash(`${regionId}/${index}`).slice(0, 16)}`;
}

function statusFor(dice: number): InstanceStatus {
  if (dice < 0.8) return 'Running';
  if (dice < 0.96) return 'Stopped';
  return dice < 0.985 ? 'Locked' : 'Failed';
}

function instanceAt(region: Region, index: number, today: number): { body: InstanceBody; status: InstanceStatus } {
  const InstanceId = instanceIdAt(region.regionId, index);
  const random = pseudoRandom(Number.parseInt(InstanceId.slice(2, 10), 16));
  const pick = <Item>(list: readonly Item[]): Item => {
    const item = list[Math.floor(random() * list.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  };
  const first = region.regionId === DEFAULT_REGION ? FIRST[index] : undefined;
  const dice = random();
  const status = first?.status ?? statusFor(dice);
  const vpc = pick(vpcs.filter((each) => each.regionId === region.regionId));
  const subnet = pick(vpc.Subnets);
  const flavor = pick(flavors);
  const image = pick(images.filter((each) => each.regionId === region.regionId && each.Status === 'Available'));
  const role = pick(ROLES);
  const prePaid = random() < 0.6;
  const created = today - Math.floor(30 + random() * 900) * DAY;
  const host = index + 10;
  const body: InstanceBody = {
    InstanceId,
    Name: first?.name ?? `${role}-${String(index + 1).padStart(5, '0')}`,
    Description: random() < 0.3 ? '由模拟器生成 (made by the simulator)' : '',
    RegionId: region.regionId,
    ZoneId: subnet.ZoneId,
    VpcId: vpc.VpcId,
    SubnetId: subnet.SubnetId,
    ImageId: image.ImageId,
    FlavorId: flavor.FlavorId,
    Cpu: flavor.Cpu,
    Memory: flavor.Memory,
    SystemDisk: { DiskId: `disk-${InstanceId.slice(2, 14)}`, Size: Math.max(image.MinDisk, pick([40, 60, 100])) },
    PrivateIps: [
      `${vpc.CidrBlock.split('.').slice(0, 2).join('.')}.${Math.floor(host / 250) % 250}.${(host % 250) + 2}`,
    ],
    PublicIps: random() < 0.3 ? [`203.0.113.${(host % 250) + 2}`] : [],
    SecurityGroupIds: [`sg-${vpc.VpcId.slice(4)}`],
    Tags: { team: pick(TEAMS), env: vpc.Name === 'production' ? 'prod' : 'test' },
    ChargeType: prePaid || status === 'Locked' ? 'PrePaid' : 'PostPaid',
    CreatedAt: new Date(created).toISOString(),
  };
  if (status === 'Locked') {
    body.ExpiresAt = new Date(today - 3 * DAY).toISOString();
    body.LockReason = 'Unpaid: the subscription ended; renew it to unlock the instance.';
  } else if (prePaid) {
    body.ExpiresAt = new Date(today + Math.floor(1 + random() * 360) * DAY).toISOString();
  }
  return { body, status };
}

/** All instances of a new account: always the same for the same number and day. */
export function* seedInstances(count: number, now: number): Generator<{ body: InstanceBody; status: InstanceStatus }> {
  const today = Math.floor(now / DAY) * DAY;
  for (const region of regions) {
    const here = region.regionId === DEFAULT_REGION ? count : OTHER_REGIONS_HAVE;
    for (let index = 0; index < here; index += 1) yield instanceAt(region, index, today);
  }
}
