'use client'
// The lab's title, its clock, and what can be done with the whole lab.
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { Icon } from '../shell/sprite.tsx'
import { formatSeconds } from '../shell/time-text.ts'
import { useTexts } from '../texts/locale-context.tsx'
import { Elapsed } from './elapsed.tsx'
import { useLabController, useLabScenario, useLabView } from './lab-context.tsx'
import { RealityPanel } from './reality-panel.tsx'

export function LabHeader({ ended }: { ended: boolean }) {
  const texts = useTexts()
  const controller = useLabController()
  const scenario = useLabScenario()
  const { snapshot, busy } = useLabView()
  const canReset = snapshot !== undefined && ['broken', 'solved'].includes(snapshot.state) && !ended
  const canBreak = snapshot?.state === 'healthy' && !ended
  const resetting = busy === 'reset' || snapshot?.state === 'resetting'
  return (
    <header className="lhd">
      <h2>
        {scenario.number && <span className="no">{scenario.number}</span>}
        {scenario.title}
      </h2>
      <span className="sp" />
      <StartSummary />
      <RealityPanel />
      {snapshot && <Elapsed snapshot={snapshot} ended={ended} label={texts.lab.timeSpent} />}
      {canBreak || busy === 'break' || snapshot?.state === 'breaking' ? (
        <button type="button" className="btn sm strong" disabled={!canBreak || busy !== undefined} onClick={() => controller?.breakIt()}>
          {canBreak && busy !== 'break' ? texts.lab.breakIt : texts.lab.breaking}
        </button>
      ) : (
        (canReset || resetting) && (
          <ResetButton resetting={resetting} disabled={!canReset || busy !== undefined} onReset={() => controller?.reset()} />
        )
      )}
      {!ended && (
        <button type="button" className="btn quiet sm" disabled={!snapshot || busy !== undefined} onClick={() => controller?.stop()}>
          <Icon name="stop" />
          {busy === 'stop' ? texts.lab.stopping : texts.lab.stop}
        </button>
      )}
    </header>
  )
}

/** `Ready in 0.62 s, 6 steps`, unless the pane is narrow. */
function StartSummary() {
  const texts = useTexts()
  const { snapshot } = useLabView()
  if (!snapshot || snapshot.steps.length === 0) return null
  const done = snapshot.steps.filter((step) => step.state === 'done')
  if (snapshot.state === 'starting')
    return (
      <span className="rdy dim">{texts.lab.startingStep(Math.min(done.length + 1, snapshot.steps.length), snapshot.steps.length)}</span>
    )
  if (done.length < snapshot.steps.length) return null
  // steps run beside each other, and those of a spare ran before anybody came: the lab itself knows how long it took
  const ms = snapshot.readyMs ?? done.reduce((sum, step) => sum + (step.ms ?? 0), 0)
  return (
    <span className="rdy dim">
      <Icon name="pass" className="pass" />
      {texts.lab.ready(formatSeconds(ms), done.length, snapshot.runtime)}
    </span>
  )
}

function ResetButton({ resetting, disabled, onReset }: { resetting: boolean; disabled: boolean; onReset: () => void }) {
  const texts = useTexts()
  const [open, setOpen] = useState(false)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button type="button" className="btn quiet sm" disabled={disabled}>
          <Icon name="reset" />
          {resetting ? texts.lab.resetting : texts.lab.reset}
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="pop" align="end" sideOffset={6} aria-label={texts.lab.resetTitle}>
          <p>
            <b>{texts.lab.resetTitle}</b>
          </p>
          <p>{texts.lab.resetBody}</p>
          <p className="ba">
            <button
              type="button"
              className="btn sm strong"
              onClick={() => {
                setOpen(false)
                onReset()
              }}
            >
              {texts.lab.reset}
            </button>
            <Popover.Close asChild>
              <button type="button" className="btn quiet sm">
                {texts.cancel}
              </button>
            </Popover.Close>
          </p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
