// The shapes by their names in scenarios.
import type { CniName } from '../../../spec/scenario.ts'
import type { CniShape } from '../shape.ts'
import { bridgeHostGw } from './bridge-host-gw.ts'
import { calico } from './calico.ts'
import { flannelVxlan } from './flannel-vxlan.ts'
import { kindnet } from './kindnet.ts'

const shapes: Record<CniName, CniShape> = { kindnet, 'bridge-host-gw': bridgeHostGw, 'flannel-vxlan': flannelVxlan, calico }

export const shapeOf = (name: CniName): CniShape => shapes[name]
