import { Link } from '@tanstack/react-router';
import type { Operation } from '../api/resources.ts';
import { useIsSimulatedHost } from '../hosts/use-is-simulated-host.ts';
import { SimulatedTag } from '../ui/simulated-tag.tsx';

/** Leads to what an operation works on. */
export function TargetLink({ operation }: { operation: Pick<Operation, 'target' | 'hostId' | 'result'> }) {
  const simulated = useIsSimulatedHost(operation.hostId);
  return (
    <span className="target-link">
      <Target target={operation.target} />
      {typeof operation.result?.key === 'string' && <span className="mono target-key">{operation.result.key}</span>}
      {simulated && <SimulatedTag />}
    </span>
  );
}

function Target({ target }: { target: Operation['target'] }) {
  const name = target.name || target.id;
  if (target.kind === 'instance') {
    return (
      <Link to="/instances" search={{ open: target.id }}>
        {name}
      </Link>
    );
  }
  if (target.kind === 'storage') {
    return (
      <Link to="/storages/$id" params={{ id: target.id }}>
        {name}
      </Link>
    );
  }
  if (target.kind === 'plan') {
    return (
      <Link to="/plans/$id" params={{ id: target.id }}>
        {name}
      </Link>
    );
  }
  if (target.kind === 'repository') {
    return (
      <Link to="/repositories/$id" params={{ id: target.id }}>
        {name}
      </Link>
    );
  }
  if (target.kind === 'system') return <Link to="/system">{name}</Link>;
  return target.kind === 'host' ? <Link to="/hosts">{name}</Link> : <span>{name}</span>;
}
