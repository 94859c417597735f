// Follows a lab until it is where it was going, or has failed. Used by commands/lab-start.ts and lab-reset.ts.
import { type LabClient, lostLab } from '../sessions/sessions.ts'
import { LabError } from '../spec/errors.ts'
import type { LabSnapshot, LabState } from '../spec/lab.ts'

const arrived: readonly LabState[] = ['healthy', 'broken', 'solved']

/** Resolves with the first snapshot that `isDone`; calls back for each on the way. Rejects when the lab fails, ends, or the connection is lost. */
export function followLab(
  client: LabClient,
  onSnapshot: (snapshot: LabSnapshot) => void,
  isDone = (snapshot: LabSnapshot) => arrived.includes(snapshot.state),
): Promise<LabSnapshot> {
  return new Promise((resolve, reject) => {
    let last: LabSnapshot | undefined
    const look = (snapshot: LabSnapshot) => {
      last = snapshot
      onSnapshot(snapshot)
      if (isDone(snapshot)) return finish(() => resolve(snapshot))
      const { failure } = snapshot
      if (snapshot.state === 'failed')
        finish(() =>
          reject(
            failure
              ? new LabError(failure.code, failure.message, { hint: failure.hint })
              : new LabError('sandbox-failed', 'The lab has failed.'),
          ),
        )
      else if (snapshot.state === 'stopped')
        finish(() => reject(new LabError(failure?.code ?? 'lab-state', failure?.message ?? 'The lab was stopped.')))
    }
    const unsubscribe = client.onPush((message) => {
      if (message.op === 'snapshot') look(message.snapshot)
    })
    const finish = (end: () => void) => {
      unsubscribe()
      end()
    }
    client.request({ op: 'subscribe' }).then(look, reject)
    void client.closed.then(() => finish(() => reject(lostLab(last))))
  })
}
