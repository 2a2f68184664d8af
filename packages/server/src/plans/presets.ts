import type { LocalizedText } from '@sampan/driver';

export type PresetName = 'caches' | 'temporary' | 'dependencies' | 'trash' | 'machine_images';

interface Preset {
  name: PresetName;
  label: LocalizedText;
  patterns: readonly string[];
}

/** Sets of patterns that most people leave out, to be ticked. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'caches',
    label: { en: 'Caches', zh: '缓存' },
    patterns: ['**/.cache', '**/__pycache__', '**/.npm/_cacache', '**/.gradle/caches', '**/Code Cache', '**/GPUCache'],
  },
  {
    name: 'temporary',
    label: { en: 'Temporary files', zh: '临时文件' },
    patterns: ['*.tmp', '*.swp', '*~', '*.part', '**/lost+found'],
  },
  {
    name: 'dependencies',
    label: { en: 'What package managers install', zh: '包管理器安装的依赖' },
    patterns: ['**/node_modules', '**/.venv', '**/.m2/repository', '**/.cargo/registry'],
  },
  { name: 'trash', label: { en: 'Trash', zh: '回收站' }, patterns: ['**/.local/share/Trash', '**/.Trash-*'] },
  {
    name: 'machine_images',
    label: { en: 'Images of machines', zh: '虚拟机镜像' },
    patterns: ['*.qcow2', '*.vmdk', '*.vdi', '*.iso'],
  },
];

export function patternsOf(names: readonly PresetName[]): string[] {
  return PRESETS.filter((preset) => names.includes(preset.name)).flatMap((preset) => preset.patterns);
}
