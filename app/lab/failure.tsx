'use client'
// The lab could not start, or died: what failed, where its logs are, and two ways out.
import type { ErrorBody } from '../../labs/spec/errors.ts'
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import { Icon } from '../shell/sprite.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { Step } from './boot-list.tsx'
import { useLabController, useLabScenario, useLabView } from './lab-context.tsx'

export function Failure({ snapshot, gone }: { snapshot: LabSnapshot | undefined; gone: ErrorBody | undefined }) {
  const texts = useTexts()
  const controller = useLabController()
  const scenario = useLabScenario()
  const view = useLabView()
  const failure = snapshot?.failure ?? gone
  const started = snapshot?.steps.every((step) => step.state === 'done') ?? false
  const alive = !gone || gone.code === 'build-mismatch'
  const restart = async () => {
    // A failed lab may still hold its folder: end it first, so that the new one does not run into its limit.
    if (alive) await controller?.stop()
    await controller?.start(scenario.begin)
  }
  return (
    <div className="bootp">
      <div className="bi">
        <div role="alert">
          <p className="st fail">
            <Icon name="fail" />
            {gone?.code === 'build-mismatch' ? texts.lab.otherBuild : started ? texts.lab.failedLater : texts.lab.failedTitle}
          </p>
          <p className="reason">{failure?.message ?? texts.lab.goneTitle}</p>
          {failure?.hint && <p className="mid">{failure.hint}</p>}
        </div>
        {snapshot && (
          <ol className="bs">
            {snapshot.steps.map((step) => (
              <Step key={step.id} step={step} />
            ))}
          </ol>
        )}
        {snapshot?.failure?.logs && (
          <details className="logs">
            <summary>{texts.lab.logs}</summary>
            <pre>{snapshot.failure.logs}</pre>
          </details>
        )}
        <p className="ba">
          <button type="button" className="btn" onClick={restart} disabled={view.busy !== undefined}>
            {texts.lab.tryAgain}
          </button>
          {alive && (
            <button type="button" className="btn quiet" onClick={() => controller?.stop()} disabled={view.busy !== undefined}>
              {texts.lab.stopAndClean}
            </button>
          )}
        </p>
      </div>
    </div>
  )
}
