import { expect, test } from 'vitest'
import { parseTarget } from '../spec/target.ts'
import { viewTargets } from './targets.ts'

test('orders and labels places', () => {
  const places = ['host/partner', 'pod/kube-system:coredns-1', 'node/worker', 'pod/web-1', 'laptop', 'node/control-plane'].map((text) => ({
    target: parseTarget(text),
    ...(text === 'laptop' ? { address: '172.18.0.50' } : {}),
  }))
  expect(viewTargets(places)).toEqual([
    { target: 'laptop', label: 'laptop', group: 'laptop', address: '172.18.0.50' },
    { target: 'node/control-plane', label: 'control-plane', group: 'node' },
    { target: 'node/worker', label: 'worker', group: 'node' },
    { target: 'pod/web-1', label: 'web-1', group: 'pod' },
    { target: 'pod/kube-system:coredns-1', label: 'kube-system/coredns-1', group: 'pod' },
    { target: 'host/partner', label: 'partner', group: 'host' },
  ])
})
