'use client'
// A lab that starts, runs or has ended: header, terminals, tasks. Loaded lazily by lab-pane.tsx.
import { useEffect, useState } from 'react'
import type { ErrorBody } from '../../labs/spec/errors.ts'
import { Split } from '../shell/splitter.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { Announcer } from './announcer.tsx'
import { BootList } from './boot-list.tsx'
import { Failure } from './failure.tsx'
import { IdleWarning } from './idle-warning.tsx'
import { useLabController, useLabScenario, useLabView } from './lab-context.tsx'
import { isOpen } from './lab-controller.ts'
import { LabHeader } from './lab-header.tsx'
import { ErrorLine, LinkLine, StoppedLine, UnmetWishLine } from './lab-lines.tsx'
import { SolvedLine } from './solved-line.tsx'
import { TaskBoard } from './task-board.tsx'
import { TerminalBar } from './terminal-bar.tsx'
import { TerminalDeck } from './terminal-deck.tsx'
import { TicketLine } from './ticket-line.tsx'

/** The lab was stopped, or had ended while this page was away. */
const endedOnPurpose: ErrorBody['code'][] = ['lab-state', 'lab-unknown']

export function RunningLab() {
  const texts = useTexts()
  const controller = useLabController()
  const scenario = useLabScenario()
  const view = useLabView()
  const { snapshot } = view
  const [reader, setReader] = useState(false)
  useEffect(() => {
    // While the lab boots, the code of its screens is already on its way.
    void import('./terminal-screen.ts')
  }, [])
  if (!controller) return null

  const over = snapshot?.state === 'stopped' || snapshot?.state === 'stopping'
  const ended = over || view.gone !== undefined
  const failed = snapshot?.state === 'failed' || (view.gone !== undefined && !over && !endedOnPurpose.includes(view.gone.code))
  // A prompt is worth more than the rest of the list: the header counts the last steps.
  const prompt = view.terminals.some((tab) => tab.id === view.active && tab.live)
  const preparing = !snapshot || snapshot.state === 'starting' || (snapshot.state === 'breaking' && !snapshot.brokenAt)
  const booting = preparing && !failed && !ended && !prompt
  return (
    <>
      <Announcer snapshot={snapshot} />
      <LabHeader ended={ended || failed} />
      {snapshot && !ended && !failed && <IdleWarning snapshot={snapshot} />}
      <LinkLine />
      <ErrorLine />
      <UnmetWishLine />
      {failed ? (
        <Failure snapshot={snapshot} gone={view.gone} />
      ) : (
        <>
          {snapshot?.ticket && scenario.begin === 'healthy' && <TicketLine key={snapshot.brokenAt} ticket={snapshot.ticket} />}
          {snapshot?.debrief && <SolvedLine debrief={snapshot.debrief} />}
          {ended && snapshot && <StoppedLine snapshot={snapshot} />}
          <TerminalBar reader={reader} onReader={setReader} closed={ended || !snapshot || !isOpen(snapshot)} />
          <Split
            id="tasks"
            direction="rows"
            label={texts.lab.resizeTasks}
            initial={56}
            minPx={[160, 120]}
            className={booting ? 'booting' : ''}
          >
            <div className="deck" data-pane="terminals" tabIndex={-1}>
              <TerminalDeck reader={reader} ended={ended} />
              {booting && <BootList snapshot={snapshot} />}
            </div>
            <TaskBoard snapshot={snapshot} ended={ended} />
          </Split>
        </>
      )}
    </>
  )
}
