// Work that several labs share.
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { shareTasks, type Task } from './lanes.ts'
import type { ProofRun } from './proof-run.ts'

const lane = async (name: string) => ({ name }) as unknown as ProofRun
const nameOf = (run: ProofRun) => (run as unknown as { name: string }).name

it('gives each task to the lane that is free, each task once', async () => {
  const done: string[] = []
  let othersDone = () => {}
  const others = new Promise<void>((resolve) => {
    othersDone = resolve
  })
  const note = (id: string, run: ProofRun) => done.push(`${id} in ${nameOf(run)}`)
  const long: Task = async (run) => {
    await others
    note('long', run)
  }
  const short: Task = async (run) => void note('short', run)
  const last: Task = async (run) => {
    note('last', run)
    othersDone()
  }
  await shareTasks([lane('a'), lane('b')], [long, short, last])
  expect(done).toEqual(['short in b', 'last in b', 'long in a'])
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
