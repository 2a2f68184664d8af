import { Link } from '@tanstack/react-router';
import type { Operation } from '../api/resources.ts';

/** Leads to what an operation works on. */
export function TargetLink({ target }: { target: Operation['target'] }) {
  const name = target.name || target.id;
  if (target.kind === 'instance') {
    return (
      <Link to="/instances" search={{ open: target.id }}>
        {name}
      </Link>
    );
  }
  if (target.kind === 'host') return <Link to="/hosts">{name}</Link>;
  return <span>{name}</span>;
}
