import { expect, test } from 'vitest'
import type { ErrorBody } from '../../labs/spec/errors.ts'
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import { type LabConnection, RequestFailed } from './lab-connection.ts'
import { LabController } from './lab-controller.ts'

type Watching = { onSnapshot(snapshot: LabSnapshot): void; onGone(error: ErrorBody): void }

/** A connection whose server says what the test says. */
function createConnection(answers: { list(): unknown; watch(): Promise<void> }) {
  const listeners = new Set<() => void>()
  const watches: Watching[] = []
  const connection = {
    state: { online: true, tries: 0 },
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    request: async (name: string) => (name === 'lab.list' ? answers.list() : { labId: 'aaaaaaaa' }),
    async watch(_: string, watch: Watching) {
      watches.push(watch)
      await answers.watch()
      return () => {}
    },
    heldChars: () => 0,
  }
  return {
    connection: connection as unknown as LabConnection,
    watches,
    setOnline(online: boolean) {
      connection.state = { online, tries: online ? 0 : 1 }
      for (const listener of listeners) listener()
    },
  }
}
const refuse = (code: ErrorBody['code']) => () => Promise.reject(new RequestFailed({ code, message: code }))
const running = [{ labId: 'aaaaaaaa', scenarioId: 'sd-x', state: 'broken', createdAt: 1 }]

test.each(['lab-unknown', 'sandbox-failed', 'connection-lost'] as const)(
  'a lab that ends while the page looks for it (%s) leaves a Start button and no word',
  async (code) => {
    const { connection, watches } = createConnection({ list: () => running, watch: refuse(code) })
    const controller = new LabController(connection, 'sd-x', 'en')
    await controller.find()
    expect(controller.view).toMatchObject({ looking: false, starting: false })
    expect([controller.view.labId, controller.view.gone, controller.view.error]).toEqual([undefined, undefined, undefined])
    watches[0]?.onGone({ code: 'connection-lost', message: 'late news of it' })
    expect(controller.view.gone).toBeUndefined()
  },
)

test('a lab of another build is named, and so is one that dies as it is started', async () => {
  const other = new LabController(createConnection({ list: () => running, watch: refuse('build-mismatch') }).connection, 'sd-x', 'en')
  await other.find()
  expect(other.view.gone).toMatchObject({ code: 'build-mismatch' })
  const own = new LabController(createConnection({ list: () => [], watch: refuse('sandbox-failed') }).connection, 'sd-x', 'en')
  await own.find()
  await own.start('broken')
  expect(own.view.gone).toMatchObject({ code: 'sandbox-failed' })
})

test.each(['stopping', 'stopped', 'failed'])('a lab that is %s is not followed', async (state) => {
  const { connection, watches } = createConnection({ list: () => [{ ...running[0], state }], watch: async () => {} })
  const controller = new LabController(connection, 'sd-x', 'en')
  await controller.find()
  expect([watches.length, controller.view.labId]).toEqual([0, undefined])
})

test('a page that could not ask what runs asks again when the server is back', async () => {
  let isAway = true
  const list = () => {
    if (isAway) throw new RequestFailed({ code: 'connection-lost', message: 'away' })
    return running
  }
  const { connection, setOnline } = createConnection({ list, watch: async () => {} })
  const controller = new LabController(connection, 'sd-x', 'en')
  await controller.find()
  expect([controller.view.labId, controller.view.error?.code]).toEqual([undefined, 'connection-lost'])
  setOnline(false)
  isAway = false
  setOnline(true)
  await expect.poll(() => controller.view.labId).toBe('aaaaaaaa')
  expect(controller.view).toMatchObject({ looking: false, error: undefined })
})
