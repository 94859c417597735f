'use client'
// One-line messages above the terminals: the connection is lost, a request failed, the lab has stopped.
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import { Icon } from '../shell/sprite.tsx'
import { formatDuration } from '../shell/time-text.ts'
import { useTexts } from '../texts/locale-context.tsx'
import { startOfTime } from './elapsed.tsx'
import { useLabController, useLabScenario, useLabView } from './lab-context.tsx'
import { targetLabel } from './terminal-tabs.ts'

/** `Reconnecting to laptop, try 3. Shell still runs. 12 characters held.` */
export function LinkLine() {
  const texts = useTexts()
  const controller = useLabController()
  const view = useLabView()
  if (view.link.online || !view.snapshot || view.gone) return null
  const front = view.terminals.find((tab) => tab.id === view.active)
  const discard = () => {
    for (const tab of view.terminals) controller?.tabs.discardInput(tab)
  }
  return (
    <div className="line" role="status">
      <Icon name="plug" />
      <span>
        <b>{front ? texts.lab.reconnecting(targetLabel(front.target), view.link.tries) : texts.lab.offline(view.link.tries)}</b>{' '}
        {front && `${texts.lab.shellRuns} `}
        {view.heldChars > 0 && texts.lab.held(view.heldChars)}
      </span>
      {view.heldChars > 0 && (
        <button type="button" className="btn sm" onClick={discard}>
          {texts.lab.discard}
        </button>
      )}
    </div>
  )
}

export function ErrorLine() {
  const texts = useTexts()
  const controller = useLabController()
  const { error } = useLabView()
  if (!error) return null
  return (
    <div className="line bad" role="alert">
      <Icon name="fail" className="fail" />
      <span>
        <b>{error.message}</b> {error.hint}
      </span>
      <button type="button" className="btn sm" onClick={() => controller?.dismissError()}>
        {texts.dismiss}
      </button>
    </div>
  )
}

/** A lab that ran already is continued, though another runtime was wished for: it holds what the learner did. */
export function UnmetWishLine() {
  const texts = useTexts()
  const controller = useLabController()
  const { snapshot, unmetWish } = useLabView()
  if (!snapshot || !unmetWish) return null
  return (
    <div className="line" role="status">
      <Icon name="info" />
      <span>{texts.runtime.resumedElsewhere(snapshot.runtime, unmetWish)}</span>
      <button type="button" className="btn sm" onClick={() => controller?.dismissUnmetWish()}>
        {texts.dismiss}
      </button>
    </div>
  )
}

export function StoppedLine({ snapshot }: { snapshot: LabSnapshot }) {
  const texts = useTexts()
  const controller = useLabController()
  const scenario = useLabScenario()
  const view = useLabView()
  const stopping = snapshot.state === 'stopping' && !view.gone
  const end = snapshot.solvedAt ?? snapshot.checkedAt ?? Date.now()
  return (
    <div className="line" role="status">
      <Icon name="stop" />
      <span>
        {stopping
          ? texts.lab.stopping
          : snapshot.failure
            ? texts.lab.endedBecause(snapshot.failure.message)
            : texts.lab.stoppedAfter(formatDuration(end - startOfTime(snapshot)))}
      </span>
      <button type="button" className="btn sm" disabled={stopping} onClick={() => controller?.start(scenario.begin)}>
        {texts.lab.startAgain}
      </button>
    </div>
  )
}
