import { type ComputeDriverType, computeDriverTypes } from '@sampan/compute';
import { DriverTypes } from '../platform/driver-types.ts';

/** The types of host that can be added, by their name. */
export class HostTypes extends DriverTypes<ComputeDriverType> {
  constructor(types: readonly ComputeDriverType[] = computeDriverTypes) {
    super(types);
  }
}
