/** Three planks on the water, and the name. */
export function Logo() {
  return (
    <span className="logo">
      <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="var(--accent)" />
        <g stroke="#fff" strokeWidth="2.6" strokeLinecap="round" fill="none">
          <path d="M7 12h18" />
          <path d="M7 17h18" />
          <path d="M5.5 22c3.5 3.6 17.5 3.6 21 0" />
        </g>
      </svg>
      Sampan
    </span>
  );
}
