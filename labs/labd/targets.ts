// The places of a lab as the page lists them. Pure; used by lab.ts.
import type { Place } from '../runtimes/runtime.ts'
import type { LabSnapshot } from '../spec/lab.ts'
import { formatTarget, type Target } from '../spec/target.ts'

export type TargetView = LabSnapshot['targets'][number]
const order: TargetView['group'][] = ['laptop', 'node', 'pod', 'host']

function label(target: Target): string {
  switch (target.kind) {
    case 'laptop':
      return 'laptop'
    case 'node':
    case 'host':
      return target.name
    default: {
      const container = target.kind === 'pod' && target.container ? `/${target.container}` : ''
      return `${target.namespace === 'default' ? '' : `${target.namespace}/`}${target.name}${container}`
    }
  }
}

/** Laptop first, then nodes, pods and outside hosts, each by name; the default namespace before others. */
export function viewTargets(places: Place[]): TargetView[] {
  const views = places.flatMap(({ target, address }): TargetView[] =>
    target.kind === 'deploy'
      ? []
      : [{ target: formatTarget(target), label: label(target), group: target.kind, ...(address ? { address } : {}) }],
  )
  const rank = (view: TargetView) => order.indexOf(view.group) * 2 + (view.group === 'pod' && view.label.includes('/') ? 1 : 0)
  return views.sort((a, b) => rank(a) - rank(b) || (a.label < b.label ? -1 : a.label > b.label ? 1 : 0))
}
