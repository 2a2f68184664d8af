import { ApiError, instanceNotFound } from '../errors.ts';
import { flag, idList, needed, paging, tagFilters } from '../parameters.ts';
import { resourceName } from '../policy.ts';
import type { Action } from './action.ts';

export const describeInstances: Action = {
  permission: 'ecs:DescribeInstances',
  needsRegion: true,
  prepare(parameters, regionId) {
    const instanceIds = idList(parameters, 'InstanceIds');
    const { pageNumber, pageSize } = paging(parameters);
    const tags = tagFilters(parameters);
    return {
      resources: (instanceIds ?? ['*']).map((id) => resourceName('ecs', regionId, 'instance', id)),
      run({ state, now }) {
        const { rows, total } = state.instances(
          {
            regionId,
            instanceIds,
            vpcId: parameters.VpcId,
            status: parameters.Status,
            name: parameters.Name,
            tags,
            limit: pageSize,
            offset: (pageNumber - 1) * pageSize,
          },
          now,
        );
        return {
          TotalCount: total,
          PageNumber: pageNumber,
          PageSize: pageSize,
          Instances: rows.map(({ body, status }) => ({ ...body, Status: status })),
        };
      },
    };
  },
};

interface PowerChange {
  name: string;
  /** States it is allowed in, and those where `Force` is needed. */
  from: readonly string[];
  fromWithForce: readonly string[];
  through: string;
  to: string;
}

function powerAction({ name, from, fromWithForce, through, to }: PowerChange): Action {
  return {
    permission: `ecs:${name}`,
    needsRegion: true,
    prepare(parameters, regionId) {
      const id = needed(parameters, 'InstanceId');
      const force = flag(parameters, 'Force');
      const dryRun = flag(parameters, 'DryRun');
      return {
        resources: [resourceName('ecs', regionId, 'instance', id)],
        run({ state, now, dueAt }) {
          const instance = state.instance(regionId, id, now);
          if (!instance) throw instanceNotFound(id);
          const allowed = force ? [...from, ...fromWithForce] : from;
          if (!allowed.includes(instance.status)) {
            const under = /ing$/.test(instance.status) && instance.status !== 'Running';
            throw new ApiError(
              under ? 'OperationConflict' : 'IncorrectInstanceStatus',
              `${name} is not possible while the instance is ${instance.status}.`,
            );
          }
          if (dryRun) throw new ApiError('DryRunOperation', 'The request would have been accepted.');
          state.move(id, through, to, dueAt(id));
          state.recordChange(name, id, now);
          return {};
        },
      };
    },
  };
}

export const startInstance = powerAction({
  name: 'StartInstance',
  from: ['Stopped'],
  fromWithForce: [],
  through: 'Starting',
  to: 'Running',
});

export const stopInstance = powerAction({
  name: 'StopInstance',
  from: ['Running'],
  fromWithForce: ['Starting', 'Stopping', 'Rebooting'],
  through: 'Stopping',
  to: 'Stopped',
});

export const rebootInstance = powerAction({
  name: 'RebootInstance',
  from: ['Running'],
  fromWithForce: ['Rebooting', 'Stopping'],
  through: 'Rebooting',
  to: 'Running',
});
