'use client'
// The split page of lessons and labs: reading on the left, the lab on the right; one pane with a bottom bar on a phone; the debrief over both.
import dynamic from 'next/dynamic'
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react'
import { Split } from '../shell/splitter.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { useLabScenario, useLabView } from './lab-context.tsx'
import { LabPane } from './lab-pane.tsx'
import { usePaneKeys } from './pane-keys.ts'
import { type SolvedBefore, solvedHere } from './solved-before.ts'
import { debriefHash } from './solved-line.tsx'

const Debrief = dynamic(() => import('./debrief.tsx').then((m) => m.Debrief), { ssr: false })

interface WorkPageProps {
  reading: 'lesson' | 'ticket'
  /** the last solution, of a lab that may be gone */
  solvedBefore?: SolvedBefore | undefined
  children: ReactNode
}

export function WorkPage({ reading, solvedBefore, children }: WorkPageProps) {
  const texts = useTexts()
  const scenario = useLabScenario()
  const view = useLabView()
  const [shown, setShown] = useState<'reading' | 'lab'>('reading')
  usePaneKeys(setShown)
  // a lab that runs has the word: what was solved before must not stand for it
  const solved = solvedHere(view.snapshot) ?? (view.labId === undefined ? solvedBefore : undefined)
  const reads = useDebriefHash() && solved !== undefined
  const started = view.starting || view.labId !== undefined
  useEffect(() => {
    if (view.starting) setShown('lab') // on a phone, Start leads to where the boot list is
  }, [view.starting])
  const passing = view.snapshot?.tasks.filter((task) => task.state === 'pass').length ?? 0
  const count = view.snapshot?.tasks.length ?? 0

  return (
    <>
      {reads && (
        <main id="main" className="debrief-page">
          <Debrief {...solved} back="#lab" />
        </main>
      )}
      <div className="work-frame" hidden={reads}>
        <main id={reads ? undefined : 'main'} className="work" data-view={shown}>
          {/* On a phone the reading, and its title, are away while the lab is shown. */}
          {shown === 'lab' && <h1 className="vh phone">{scenario.title}</h1>}
          <Split id="work" direction="columns" label={texts.lab.resizeSplit} initial={46} minPx={[420, 420]}>
            <article
              className="lesson"
              data-pane="reading"
              id="reading"
              tabIndex={-1}
              aria-label={reading === 'lesson' ? texts.lab.viewLesson : texts.lab.viewTicket}
            >
              {children}
            </article>
            <LabPane solvedBefore={solvedBefore} />
          </Split>
        </main>
        <nav className="mtab" aria-label={texts.lab.views}>
          <button type="button" aria-current={shown === 'reading' ? 'true' : undefined} onClick={() => setShown('reading')}>
            {reading === 'lesson' ? texts.lab.viewLesson : texts.lab.viewTicket}
          </button>
          <button type="button" aria-current={shown === 'lab' ? 'true' : undefined} onClick={() => setShown('lab')}>
            {texts.lab.viewLab}
            <span>{!started ? texts.lab.notRunning : count > 0 ? texts.lab.passCount(passing, count) : ''}</span>
          </button>
        </nav>
      </div>
    </>
  )
}

/** Whether the address asks for the debrief; Back leaves it. */
function useDebriefHash(): boolean {
  return useSyncExternalStore(
    (listener) => {
      addEventListener('hashchange', listener)
      return () => removeEventListener('hashchange', listener)
    },
    () => location.hash === debriefHash,
    () => false,
  )
}
