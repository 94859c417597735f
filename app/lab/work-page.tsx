'use client'
// The split page of lessons and labs: reading on the left, the lab on the right; the map or the diagnosis in place of the reading,
// if asked for;
// one pane with a bottom bar on a phone; the debrief or a packet's path over both.
import dynamic from 'next/dynamic'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Split } from '../shell/splitter.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { useLabScenario, useLabView } from './lab-context.tsx'
import { LabPane } from './lab-pane.tsx'
import { diagnosisHash, mapHash, pathHash, readingHash, useHash } from './page-hash.ts'
import { usePaneKeys } from './pane-keys.ts'
import { type SolvedBefore, solvedHere } from './solved-before.ts'
import { debriefHash } from './solved-line.tsx'

const Debrief = dynamic(() => import('./debrief.tsx').then((m) => m.Debrief), { ssr: false })
const DiagnosisDrawer = dynamic(() => import('../diagnosis/diagnosis-drawer.tsx').then((m) => m.DiagnosisDrawer), { ssr: false })
const MapPane = dynamic(() => import('../map/map-pane.tsx').then((m) => m.MapPane), { ssr: false })
const PathPage = dynamic(() => import('../path/path-page.tsx').then((m) => m.PathPage), { ssr: false })

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
  const [pane, setPane] = useState<'reading' | 'lab' | 'map'>('reading')
  usePaneKeys(setPane)
  // a lab that runs has the word: what was solved before must not stand for it
  const solved = solvedHere(view.snapshot) ?? (view.labId === undefined ? solvedBefore : undefined)
  const hash = useHash()
  const reads = hash === debriefHash && solved !== undefined
  const follows = hash === pathHash
  const mapped = hash === mapHash
  const wasMapped = useRef(mapped)
  // a pane that is not there is not shown: after Back from the map, and before the way to it has got here
  const shown = pane === 'lab' ? 'lab' : mapped ? 'map' : 'reading'
  // once opened it stays, with its probes, while the lab is looked at
  const followed = useRef(false)
  followed.current ||= follows
  const diagnoses = hash === diagnosisHash
  const diagnosed = useRef(false)
  diagnosed.current ||= diagnoses
  const toTerminal = useRef(false)
  const started = view.starting || view.labId !== undefined
  useEffect(() => {
    if (view.starting) setPane('lab') // on a phone, Start leads to where the boot list is
  }, [view.starting])
  useEffect(() => {
    if (follows || !toTerminal.current) return
    toTerminal.current = false
    document.querySelector<HTMLElement>('.screen.front textarea')?.focus()
  }, [follows])
  /** To the reading or the lab, also from a path or the map. */
  const show = (next: 'reading' | 'lab') => {
    setPane(next)
    if (follows || ((mapped || diagnoses) && next === 'reading')) location.hash = next
  }
  useEffect(() => {
    if (mapped && !wasMapped.current) setPane('map') // on a phone the way to the map leads away from the lab
    wasMapped.current = mapped
  }, [mapped])
  useEffect(() => {
    if (diagnoses) setPane('reading') // on a phone the tree stands where the reading was
  }, [diagnoses])
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
        {followed.current && (
          <main id={follows && !reads ? 'main' : undefined} className="path-page" hidden={!follows}>
            <PathPage
              key={view.labId}
              back="#lab"
              shown={follows}
              onBack={() => setPane('lab')}
              onTyped={() => {
                toTerminal.current = true
                show('lab')
              }}
            />
          </main>
        )}
        <main id={reads || follows ? undefined : 'main'} className="work" data-view={shown} hidden={follows}>
          {/* The reading, and its title, are away while the map is shown, and on a phone while the lab is. */}
          {(mapped || shown === 'lab') && <h1 className={mapped ? 'vh' : 'vh phone'}>{scenario.title}</h1>}
          <Split id="work" direction="columns" label={texts.lab.resizeSplit} initial={46} minPx={[420, 420]}>
            <div className="read-or-map">
              <article
                className="lesson"
                data-pane="reading"
                id="reading"
                tabIndex={-1}
                aria-label={reading === 'lesson' ? texts.lab.viewLesson : texts.lab.viewTicket}
                hidden={mapped || diagnoses}
              >
                {children}
              </article>
              {diagnosed.current && <DiagnosisDrawer open={diagnoses} onClose={() => (location.hash = 'reading')} />}
              {mapped && (
                <MapPane
                  shown
                  onLab={() => setPane('lab')}
                  back={
                    <a className="back" href={readingHash}>
                      {texts.map.back[reading]}
                    </a>
                  }
                />
              )}
            </div>
            <LabPane solvedBefore={solvedBefore} />
          </Split>
        </main>
        <nav className="mtab" aria-label={texts.lab.views}>
          <button
            type="button"
            aria-current={shown === 'reading' && !follows && !diagnoses ? 'true' : undefined}
            onClick={() => show('reading')}
          >
            {reading === 'lesson' ? texts.lab.viewLesson : texts.lab.viewTicket}
          </button>
          <button type="button" aria-current={shown === 'lab' && !follows ? 'true' : undefined} onClick={() => show('lab')}>
            {texts.lab.viewLab}
            <span>{!started ? texts.lab.notRunning : count > 0 ? texts.lab.passCount(passing, count) : ''}</span>
          </button>
          <a href={mapHash} aria-current={shown === 'map' && !follows ? 'true' : undefined} onClick={() => setPane('map')}>
            {texts.map.view}
          </a>
          <a href={diagnosisHash} aria-current={shown === 'reading' && diagnoses ? 'true' : undefined} onClick={() => setPane('reading')}>
            {texts.diagnosis.open}
          </a>
          <a href={pathHash} aria-current={follows ? 'true' : undefined}>
            {texts.path.view}
            <span>{view.snapshot ? texts.path.states[view.snapshot.path.state] : ''}</span>
          </a>
        </nav>
      </div>
    </>
  )
}
