import { expect, it } from 'vitest'
import { kindStepIds, readKindStep } from './create-steps.ts'

const printed = ` • Ensuring node image (kindest/node:v1.37.1) 🖼  ...
WARNING: Overriding docker network due to KIND_EXPERIMENTAL_DOCKER_NETWORK
 ✓ Ensuring node image (kindest/node:v1.37.1) 🖼
 • Preparing nodes 📦 📦 📦   ...
 ✓ Preparing nodes 📦 📦 📦
 • Writing configuration 📜  ...
 ✓ Writing configuration 📜
 • Starting control-plane 🕹️  ...
 ✓ Starting control-plane 🕹️
 • Installing CNI 🔌  ...
 ✓ Installing CNI 🔌
 • Installing StorageClass 💾  ...
 ✓ Installing StorageClass 💾
 • Joining worker nodes 🚜  ...
 ✗ Joining worker nodes 🚜
 • Waiting ≤ 2m0s for control-plane = Ready ⏳  ...
 ✓ Waiting ≤ 2m0s for control-plane = Ready ⏳
 • Ready after 0s 💚
Set kubectl context to "kind-x"`.split('\n')

it("reads every step of kind's own output, and nothing else", () => {
  const steps = printed.flatMap((line) => readKindStep(line) ?? [])
  expect(steps.filter(({ state }) => state === 'running').map(({ id }) => id)).toEqual(kindStepIds)
  expect(steps.filter(({ state }) => state === 'failed')).toEqual([{ id: 'join', state: 'failed' }])
  expect(steps).toHaveLength(16)
})
