// Work that several labs share.
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { shareTasks, type Task } from './lanes.ts'
import type { ProofRun } from './proof-run.ts'

const lane = (name: string, readyMs = 0) => delay(readyMs, { name } as unknown as ProofRun)
const nameOf = (run: ProofRun) => (run as unknown as { name: string }).name

it('gives each task to the lane that is free, each task once', async () => {
  const done: string[] = []
  const task =
    (id: string, ms: number): Task =>
    async (run) => {
      await delay(ms)
      done.push(`${id} in ${nameOf(run)}`)
    }
  await shareTasks([lane('a'), lane('b', 20)], [task('long', 80), task('short', 1), task('next', 1)])
  expect(done).toEqual(['short in b', 'next in b', 'long in a'])
})

it('ends with the first error, after the others have finished what they had begun', async () => {
  const done: string[] = []
  const fail: Task = async () => {
    await delay(5)
    throw new Error('this lab died')
  }
  const work: Task = async () => {
    await delay(30)
    done.push('work')
  }
  await expect(shareTasks([lane('a'), lane('b')], [fail, work, work, work])).rejects.toThrow('this lab died')
  expect(done).toEqual(['work'])
})

it('says that a lab did not come', async () => {
  await expect(shareTasks([lane('a'), Promise.reject(new Error('no second lab'))], [async () => {}])).rejects.toThrow('no second lab')
})
