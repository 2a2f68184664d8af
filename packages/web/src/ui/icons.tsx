import type { ReactNode } from 'react';

/**
 * Icons drawn here, because a page of 200 rows shows 600 of them: these are plain SVG elements, without the style
 * bookkeeping that an icon component of the library does for each.
 */
function icon(shape: ReactNode) {
  return function Icon() {
    return (
      <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
        {shape}
      </svg>
    );
  };
}

const LINE = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.5,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const;

export const StartIcon = icon(<path d="M4.5 3v10l8-5z" {...LINE} />);
export const PauseIcon = icon(<path d="M5.5 3.5v9M10.5 3.5v9" {...LINE} strokeWidth={2} />);
export const SkipNextIcon = icon(<path d="M3.5 3.5v9L9.5 8zM12.2 3.5v9" {...LINE} />);
export const BackupIcon = icon(<path d="M8 2.2 13 4v4c0 3-2 5-5 6-3-1-5-3-5-6V4zM5.6 8l1.8 1.8 3.2-3.4" {...LINE} />);
export const RepositoryIcon = icon(
  <path d="M2.5 5 8 2.3 13.5 5v6L8 13.7 2.5 11zM2.5 5 8 7.8 13.5 5M8 7.8v5.9" {...LINE} />,
);
export const RestoreIcon = icon(<path d="M3 8a5 5 0 1 1 1.6 3.7M3 3v3h3M8 5.2V8l2 1.4" {...LINE} />);
export const PinIcon = icon(<path d="M6 2.5h4l-.5 4 2 2.2h-7l2-2.2zM8 8.7v4.8" {...LINE} />);
export const StopIcon = icon(<rect x="3.75" y="3.75" width="8.5" height="8.5" rx="1" {...LINE} />);
export const RestartIcon = icon(<path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.5v2.8h-2.8" {...LINE} />);
export const SyncIcon = icon(
  <path d="M13 7.2A5.2 5.2 0 0 0 3.7 5M3 8.8A5.2 5.2 0 0 0 12.3 11M3.5 2.5V5H6M12.5 13.5V11H10" {...LINE} />,
);
export const SearchIcon = icon(
  <g {...LINE}>
    <circle cx="7" cy="7" r="4.2" />
    <path d="m10.2 10.2 3.3 3.3" />
  </g>,
);
export const MenuIcon = icon(<path d="M2.5 4h11M2.5 8h11M2.5 12h11" {...LINE} />);
export const CloseIcon = icon(<path d="m3.8 3.8 8.4 8.4m0-8.4-8.4 8.4" {...LINE} />);
export const CopyIcon = icon(
  <g {...LINE}>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1" />
    <path d="M10.5 3.5v-1h-8v8h1" />
  </g>,
);
export const CheckIcon = icon(<path d="m3 8.5 3.3 3.3L13 4.8" {...LINE} />);
export const WarningIcon = icon(<path d="M8 2.5 14 13H2zM8 6.5v3M8 11.2v.1" {...LINE} />);
export const SkipIcon = icon(<path d="M4 8h8" {...LINE} />);
export const WaitIcon = icon(<circle cx="8" cy="8" r="4.5" {...LINE} strokeDasharray="1.5 2.5" />);
export const MoreIcon = icon(<path d="M3.5 8h.1M8 8h.1M12.5 8h.1" {...LINE} strokeWidth={2.2} />);
export const EditIcon = icon(<path d="m3 13 .6-2.9 7-7 2.3 2.3-7 7z" {...LINE} />);
export const TrashIcon = icon(<path d="M3 4.5h10M6.5 4.2V2.8h3v1.4M4.3 4.5l.6 8.7h6.2l.6-8.7" {...LINE} />);
export const PlugIcon = icon(<path d="M6 2.5v3M10 2.5v3M4 5.5h8v2.3a4 4 0 0 1-8 0zM8 11.8v2" {...LINE} />);
export const BellIcon = icon(
  <path d="M3.5 11.5h9c-1-1-1.3-2-1.3-4.2a3.2 3.2 0 0 0-6.4 0c0 2.2-.3 3.2-1.3 4.2zM6.8 13.6h2.4" {...LINE} />,
);
export const UserIcon = icon(
  <g {...LINE}>
    <circle cx="8" cy="5.5" r="2.7" />
    <path d="M2.8 13.5a5.4 5.4 0 0 1 10.4 0" />
  </g>,
);
export const OverviewIcon = icon(
  <path d="M2.5 2.5h4.5v6H2.5zM9 2.5h4.5v3.5H9zM2.5 10.5h4.5v3H2.5zM9 8h4.5v5.5H9z" {...LINE} />,
);
export const InstanceIcon = icon(<path d="M2.5 3h11v7.5h-11zM6 13.5h4M8 10.5v3" {...LINE} />);
export const HostIcon = icon(<path d="M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.1M5 11h.1" {...LINE} />);
export const StorageIcon = icon(
  <g {...LINE}>
    <ellipse cx="8" cy="4" rx="5.3" ry="2" />
    <path d="M2.7 4v8c0 1.1 2.4 2 5.3 2s5.3-.9 5.3-2V4M2.7 8c0 1.1 2.4 2 5.3 2s5.3-.9 5.3-2" />
  </g>,
);
export const FolderIcon = icon(
  <path d="M2 4.2c0-.6.4-1 1-1h3l1.5 1.6H13c.6 0 1 .4 1 1v6.4c0 .6-.4 1-1 1H3c-.6 0-1-.4-1-1z" {...LINE} />,
);
export const FileIcon = icon(<path d="M4 2.5h5L12.5 6v7.5H4zM9 2.5V6h3.5" {...LINE} />);
export const UploadIcon = icon(<path d="M8 10.5v-8M4.8 5.5 8 2.3l3.2 3.2M2.8 10.5v2.8h10.4v-2.8" {...LINE} />);
export const DownloadIcon = icon(<path d="M8 2.5v8M4.8 7.4 8 10.6l3.2-3.2M2.8 10.5v2.8h10.4v-2.8" {...LINE} />);
export const LinkIcon = icon(
  <path
    d="M6.7 9.3a2.6 2.6 0 0 0 3.9.2l2-2a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.3 6.7a2.6 2.6 0 0 0-3.9-.2l-2 2a2.6 2.6 0 0 0 3.7 3.7l.9-.9"
    {...LINE}
  />,
);
export const OperationIcon = icon(<path d="M2.5 4.5h1M6 4.5h7.5M2.5 8h1M6 8h7.5M2.5 11.5h1M6 11.5h7.5" {...LINE} />);
export const KeyIcon = icon(
  <g {...LINE}>
    <circle cx="5" cy="11" r="2.6" />
    <path d="m7 9 6-6M10.5 5.5l2 2" />
  </g>,
);
export const AuditIcon = icon(<path d="M4 2.5h6l2.5 2.5v8.5H4zM6 7h4.5M6 9.5h4.5" {...LINE} />);
export const SystemIcon = icon(
  <g {...LINE}>
    <path d="M2.5 5h5.6M12.4 5h1.1M2.5 11h1.1M7.9 11h5.6" />
    <circle cx="10.2" cy="5" r="2.1" />
    <circle cx="5.8" cy="11" r="2.1" />
  </g>,
);
export const LanguageIcon = icon(
  <g {...LINE}>
    <circle cx="8" cy="8" r="5.7" />
    <path d="M2.5 8h11M8 2.3c-4 3.6-4 7.8 0 11.4M8 2.3c4 3.6 4 7.8 0 11.4" />
  </g>,
);
export const SunIcon = icon(
  <g {...LINE}>
    <circle cx="8" cy="8" r="2.8" />
    <path d="M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9" />
  </g>,
);
export const MoonIcon = icon(<path d="M13.3 9.7A5.8 5.8 0 0 1 6.3 2.7a5.8 5.8 0 1 0 7 7z" {...LINE} />);
export const SystemThemeIcon = icon(
  <g {...LINE}>
    <circle cx="8" cy="8" r="5.2" />
    <path d="M8 2.8v10.4a5.2 5.2 0 0 0 0-10.4z" fill="currentColor" />
  </g>,
);
export const HelpIcon = icon(
  <g {...LINE}>
    <circle cx="8" cy="8" r="5.7" />
    <path d="M6.3 6.4a1.75 1.75 0 1 1 2.6 1.5c-.6.4-.9.7-.9 1.3M8 11.2v.1" />
  </g>,
);
