import type { ComponentType, MouseEvent } from 'react';

interface IconButtonProps {
  label: string;
  icon: ComponentType;
  onClick: (event: MouseEvent<HTMLButtonElement>) => void;
  disabled?: boolean;
  danger?: boolean;
  testId?: string;
}

/** A button with an icon alone; its name is read aloud and shown as a tool tip. */
export function IconButton({ label, icon: Icon, onClick, disabled, danger, testId }: IconButtonProps) {
  return (
    <button
      type="button"
      className={danger ? 'icon-button icon-button-danger' : 'icon-button'}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
      data-testid={testId}
    >
      <Icon />
    </button>
  );
}
