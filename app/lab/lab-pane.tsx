'use client'
// The lab beside a lesson or a ticket: a Start button until there is a lab, then the running lab, whose code is loaded while the lab boots.
import dynamic from 'next/dynamic'
import { Icon } from '../shell/sprite.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { useLabController, useLabScenario, useLabView } from './lab-context.tsx'
import { RuntimePicker } from './runtime-picker.tsx'
import { effectiveRuntime } from './runtime-wish.ts'
import type { SolvedBefore } from './solved-before.ts'
import { SolvedLine } from './solved-line.tsx'

const loadRunningLab = () => import('./running-lab.tsx')
const RunningLab = dynamic(() => loadRunningLab().then((m) => m.RunningLab), { ssr: false })

/** Fetches what a running lab needs before it is needed: called when the reader is about to press Start. */
function preload(): void {
  void loadRunningLab()
  void import('./terminal-screen.ts')
}

export function LabPane({ solvedBefore }: { solvedBefore: SolvedBefore | undefined }) {
  const texts = useTexts()
  const scenario = useLabScenario()
  const view = useLabView()
  const running = view.labId !== undefined || view.starting
  return (
    <section className="lab" id="lab" data-pane="lab" tabIndex={-1} aria-label={texts.lab.label(scenario.title)}>
      {running ? <RunningLab /> : <IdleLab solvedBefore={solvedBefore} />}
    </section>
  )
}

function IdleLab({ solvedBefore }: { solvedBefore: SolvedBefore | undefined }) {
  const texts = useTexts()
  const scenario = useLabScenario()
  const controller = useLabController()
  const view = useLabView()
  const start = () => {
    preload()
    void controller?.start(scenario.begin)
  }
  const waits = view.looking || !controller
  const nowhere = view.runtimes !== undefined && !view.runtimes.auto
  const wish = effectiveRuntime(view.wish, view.runtimes)
  const runtime = wish === 'auto' ? (view.runtimes?.auto ?? 'embedded') : wish
  return (
    <>
      <header className="lhd">
        <h2>
          {scenario.number && <span className="no">{scenario.number}</span>}
          {scenario.title}
        </h2>
        <span className="sp" />
        <span className="dim small">{waits ? texts.lab.looking : texts.lab.notRunning}</span>
      </header>
      {solvedBefore && !waits && <SolvedLine debrief={solvedBefore.debrief} />}
      <div className="bootp idle">
        <div className="bi">
          <h3>{texts.lab.idleTitle}</h3>
          {!nowhere && <p className="mid">{texts.lab.idleBody[runtime]}</p>}
          {scenario.begin === 'healthy' && <p className="mid">{texts.lab.healthyBody}</p>}
          <RuntimePicker />
          <p className="go-row">
            <button
              type="button"
              className="btn primary"
              onClick={start}
              onPointerEnter={preload}
              onFocus={preload}
              disabled={waits || nowhere}
            >
              <Icon name="run" />
              {scenario.begin === 'healthy' ? texts.lab.startHealthy : texts.lab.start}
            </button>
          </p>
          {view.error && (
            <div className="er" role="alert">
              <p className="st fail">
                <Icon name="fail" />
                {texts.lab.failedTitle}
              </p>
              <p>{view.error.message}</p>
              {view.error.hint && <p className="mid">{view.error.hint}</p>}
            </div>
          )}
          {!view.link.online && view.link.tries > 0 && (
            <p className="dim" role="status">
              {texts.lab.offline(view.link.tries)}
            </p>
          )}
        </div>
      </div>
    </>
  )
}
