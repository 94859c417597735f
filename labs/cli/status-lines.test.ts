import { expect, test } from 'vitest'
import type { LabSnapshot } from '../spec/lab.ts'
import { createLiveStep } from './live-step.ts'
import { machineLines } from './status-lines.ts'

test('labs, spares, failures and what is waited for, in lines', () => {
  const now = 1_000_000
  const lines = machineLines(
    {
      labs: [
        {
          labId: 'abcdefgh',
          scenarioId: 'sd-selector-typo',
          runtime: 'embedded',
          whose: 'others',
          learner: 'Zk3fQ9…',
          state: 'broken',
          createdAt: now - 65_000,
          otherBuild: false,
          memoryMB: 74,
        },
      ],
      pool: {
        runtime: 'kind',
        wanted: 2,
        kept: true,
        spares: [
          { labId: 'readyone', state: 'ready', since: now - 5000, memoryMB: 700 },
          {
            labId: 'makingit',
            state: 'creating',
            since: now - 14_000,
            step: { id: 'control-plane', title: 'Control plane', since: now - 12_000 },
          },
        ],
        failures: [{ at: now - 90_000, error: { code: 'cluster-failed', message: 'kubeadm gave up.', hint: 'one\ntwo' } }],
        retryAt: now + 4000,
      },
      memoryMB: 774,
    },
    now,
  )
  expect(lines).toEqual([
    'ID        LAB               WHOSE    RUNTIME   STATE   FOR        MEMORY',
    'abcdefgh  sd-selector-typo  Zk3fQ9…  embedded  broken  1 min 5 s  74 MiB',
    '',
    'Pool: 1 of 2 ready on kind',
    '  readyone  ready for 5.0 s, 700 MiB',
    '  makingit  being created for 14 s: Control plane, 12 s so far',
    '  Failed 1 min 30 s ago: kubeadm gave up.',
    '    → one\n      two',
    '  Next try in 4.0 s.',
    '',
    'Memory in all: 774 MiB',
  ])
})

const starting = (steps: LabSnapshot['steps']) => ({ state: 'starting', steps }) as LabSnapshot

test('on a screen the running step shows its seconds and is written over; elsewhere it is named once it takes long', () => {
  let now = 60_000
  const clock = () => now
  const seen = { screen: '', file: '' }
  const screen = createLiveStep({ screen: true, write: (text) => (seen.screen += text), now: clock })
  const file = createLiveStep({ screen: false, write: (text) => (seen.file += text), now: clock })
  const node = { id: 'nodes', title: 'Nodes', state: 'running', since: 48_000 } as const
  for (const live of [screen, file]) live.show(starting([node]))
  now = 75_000
  for (const live of [screen, file]) live.show(starting([node]))
  for (const live of [screen, file]) {
    live.show(starting([{ id: 'nodes', title: 'Nodes', state: 'done', ms: 27_000 }]))
    live.end()
  }
  expect(seen.screen).toBe('· Nodes  12 s\r\x1b[2K· Nodes  27 s\r\x1b[2K✔ Nodes  27 s\n')
  expect(seen.file).toBe('· Nodes: 27 s so far\n✔ Nodes  27 s\n')
})
