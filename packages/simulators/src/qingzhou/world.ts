/** The parts of the simulated cloud that do not change. Ids are fixed, so that examples and tests can name them. */

export interface Zone {
  zoneId: string;
  localName: string;
}

export interface Region {
  regionId: string;
  localName: string;
  endpoint: string;
  zones: readonly Zone[];
}

export const DEFAULT_REGION = 'cn-north-1';

function region(regionId: string, localName: string, endpoint: string): Region {
  const letters = ['a', 'b', 'c'];
  return {
    regionId,
    localName,
    endpoint,
    zones: letters.map((letter) => ({
      zoneId: `${regionId}${letter}`,
      localName: `${localName}可用区${letter.toUpperCase()}`,
    })),
  };
}

export const regions: readonly Region[] = [
  region('cn-north-1', '华北（北京）', 'https://api.qingzhou.cn'),
  region('cn-east-1', '华东（上海）', 'https://api-hd.qingzhou.cn'),
  region('cn-south-1', '华南（广州）', 'https://api-hs.qingzhou.cn'),
];

export interface Vpc {
  regionId: string;
  VpcId: string;
  Name: string;
  CidrBlock: string;
  Subnets: readonly { SubnetId: string; ZoneId: string; CidrBlock: string }[];
}

const VPC_NAMES = ['production', '测试环境', 'office-vpn', '备份专网'];

export const vpcs: readonly Vpc[] = regions.flatMap(({ regionId, zones }, at) =>
  VPC_NAMES.map((Name, index) => {
    const VpcId = `vpc-${regionId.slice(3, 4)}${index + 1}7c2e9d4b`;
    return {
      regionId,
      VpcId,
      Name,
      CidrBlock: `10.${at * 16 + index}.0.0/16`,
      Subnets: zones.map(({ zoneId }, subnet) => ({
        SubnetId: `subnet-${VpcId.slice(4)}${subnet + 1}`,
        ZoneId: zoneId,
        CidrBlock: `10.${at * 16 + index}.${subnet * 64}.0/18`,
      })),
    };
  }),
);

export interface Image {
  regionId: string;
  ImageId: string;
  Name: string;
  OsType: 'Linux' | 'Windows';
  OsName: string;
  Architecture: 'x86_64' | 'aarch64';
  MinDisk: number;
  Size: number;
  Status: 'Available' | 'Creating' | 'Reviewing' | 'Deleted';
  Owner: 'system' | 'self' | 'shared';
  CreatedAt: string;
}

const GIB = 1024 ** 3;
const IMAGES: readonly Omit<Image, 'regionId' | 'ImageId'>[] = [
  {
    Name: 'Debian 12',
    OsType: 'Linux',
    OsName: 'Debian 12.7 64-bit',
    Architecture: 'x86_64',
    MinDisk: 20,
    Size: 2 * GIB,
    Status: 'Available',
    Owner: 'system',
    CreatedAt: '2024-09-02T03:00:00Z',
  },
  {
    Name: 'Ubuntu 24.04 LTS',
    OsType: 'Linux',
    OsName: 'Ubuntu 24.04 64-bit',
    Architecture: 'x86_64',
    MinDisk: 20,
    Size: 3 * GIB,
    Status: 'Available',
    Owner: 'system',
    CreatedAt: '2024-08-29T03:00:00Z',
  },
  {
    Name: 'openEuler 24.03',
    OsType: 'Linux',
    OsName: 'openEuler 24.03 64-bit',
    Architecture: 'aarch64',
    MinDisk: 40,
    Size: 3 * GIB,
    Status: 'Available',
    Owner: 'system',
    CreatedAt: '2024-06-30T03:00:00Z',
  },
  {
    Name: 'Windows Server 2022 中文版',
    OsType: 'Windows',
    OsName: 'Windows Server 2022 Datacenter',
    Architecture: 'x86_64',
    MinDisk: 60,
    Size: 18 * GIB,
    Status: 'Available',
    Owner: 'system',
    CreatedAt: '2024-07-11T03:00:00Z',
  },
  {
    Name: '自定义镜像-业务基线',
    OsType: 'Linux',
    OsName: 'Debian 12.5 64-bit',
    Architecture: 'x86_64',
    MinDisk: 40,
    Size: 9 * GIB,
    Status: 'Available',
    Owner: 'self',
    CreatedAt: '2025-01-15T09:30:00Z',
  },
  {
    Name: '自定义镜像-审核中',
    OsType: 'Linux',
    OsName: 'Rocky Linux 9.4 64-bit',
    Architecture: 'x86_64',
    MinDisk: 40,
    Size: 7 * GIB,
    Status: 'Reviewing',
    Owner: 'self',
    CreatedAt: '2025-02-20T09:30:00Z',
  },
  {
    Name: 'golden-web (old)',
    OsType: 'Linux',
    OsName: 'CentOS 7.9 64-bit',
    Architecture: 'x86_64',
    MinDisk: 40,
    Size: 8 * GIB,
    Status: 'Deleted',
    Owner: 'self',
    CreatedAt: '2021-04-01T09:30:00Z',
  },
];

export const images: readonly Image[] = regions.flatMap(({ regionId }) =>
  IMAGES.map((image, index) => ({ regionId, ImageId: `image-${regionId.slice(3, 4)}${index + 1}0a51`, ...image })),
);

export interface Flavor {
  FlavorId: string;
  Name: string;
  Cpu: number;
  Memory: number;
  Gpu: number;
  NetworkMbps: number;
  Status: 'OnSale' | 'SoldOut';
}

/** The same in every zone. */
export const flavors: readonly Flavor[] = [
  { FlavorId: 'flavor-s1small', Name: 's1.small', Cpu: 1, Memory: 1024, Gpu: 0, NetworkMbps: 200, Status: 'OnSale' },
  { FlavorId: 'flavor-s1medium', Name: 's1.medium', Cpu: 2, Memory: 4096, Gpu: 0, NetworkMbps: 500, Status: 'OnSale' },
  { FlavorId: 'flavor-c1large', Name: 'c1.large', Cpu: 4, Memory: 8192, Gpu: 0, NetworkMbps: 1000, Status: 'OnSale' },
  {
    FlavorId: 'flavor-c1xlarge',
    Name: 'c1.xlarge',
    Cpu: 8,
    Memory: 16384,
    Gpu: 0,
    NetworkMbps: 2000,
    Status: 'OnSale',
  },
  {
    FlavorId: 'flavor-m1xlarge',
    Name: 'm1.xlarge',
    Cpu: 8,
    Memory: 65536,
    Gpu: 0,
    NetworkMbps: 3000,
    Status: 'OnSale',
  },
  {
    FlavorId: 'flavor-g1xlarge',
    Name: 'g1.xlarge',
    Cpu: 16,
    Memory: 131072,
    Gpu: 1,
    NetworkMbps: 10000,
    Status: 'SoldOut',
  },
];
