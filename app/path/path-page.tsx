'use client'
// "Where the packet died": a probe is sent and its way through the lab shown. Loaded lazily by work-page.tsx, which keeps it while the lab is looked at.
import { useEffect, useRef } from 'react'
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import { useLabController, useLabView } from '../lab/lab-context.tsx'
import { MapPane } from '../map/map-pane.tsx'
import { Icon } from '../shell/sprite.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { usePathSession } from './path-session.ts'
import { ProbeForm } from './probe-form.tsx'
import { staleReason } from './stale.ts'
import { Trace } from './trace.tsx'
import { VerdictHead } from './verdict-head.tsx'
import { placeText, verdictHeading } from './verdict-text.ts'

interface PathPageProps {
  /** address of the view with the terminals */
  back: string
  /** the page is what is seen now */
  shown: boolean
  /** that view was asked for */
  onBack: () => void
  /** a command was typed into a terminal, which is now to be seen */
  onTyped: () => void
}

export function PathPage({ back, shown, onBack, onTyped }: PathPageProps) {
  const texts = useTexts()
  const controller = useLabController()
  const view = useLabView()
  const session = usePathSession()
  const page = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (shown) page.current?.focus({ preventScroll: true })
  }, [shown])

  const { snapshot } = view
  const { result, moment, running } = session
  const started = view.starting || view.labId !== undefined
  const ended = view.gone !== undefined || (snapshot && ['stopping', 'stopped', 'failed'].includes(snapshot.state))
  const stale = moment && snapshot && staleReason(moment, snapshot)
  const ready = !ended && snapshot !== undefined && ['healthy', 'broken', 'solved'].includes(snapshot.state) && view.link.online

  function type(place: string, command: string) {
    // the terminal takes the keyboard only from nobody
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    void controller?.typeCommand(place, command, { run: false })
    onTyped()
  }

  return (
    <div className="pp" ref={page} tabIndex={-1}>
      <div className="ask">
        <p className="backline">
          <a href={back} onClick={onBack}>
            {texts.path.back}
          </a>
        </p>
        {snapshot && snapshot.path.state !== 'closed' && (
          <ProbeForm snapshot={snapshot} session={session} ready={ready} here={hereOf(view)} />
        )}
        <Standing snapshot={snapshot} started={started} ended={ended === true} back={back} onBack={onBack} />
        <p role="status" className={running ? 'under-way' : 'vh'}>
          {running && (
            <>
              <svg viewBox="0 0 120 8" aria-hidden="true">
                <path className="w0" d="M0 4H120" />
                <path className="w1" d="M0 4H120" />
                <path className="flow" d="M0 4H120" />
              </svg>
              {texts.path.sendingFrom(placeText(running.from, texts), running.to)}
            </>
          )}
          {!running && result && `${verdictHeading(result, texts)}.`}
        </p>
      </div>
      {result ? (
        <>
          {stale && (
            <p className="line warn" role="status">
              <Icon name="clock" />
              <span>{texts.path.stale[stale]}</span>
            </p>
          )}
          <VerdictHead result={result} probes={session.probes} />
        </>
      ) : (
        <section className="hd empty-path">
          <div>
            <h1>{texts.path.title}</h1>
            <p className="why">{texts.path.intro}</p>
          </div>
        </section>
      )}
      <div className={result ? 'trace-and-map' : 'map-alone'}>
        {result && <Trace key={result.at} result={result} onType={ended || stale === 'reset' ? undefined : type} />}
        {started && <MapPane shown={shown} followed={stale === 'reset' ? undefined : result} onLab={onTyped} />}
      </div>
    </div>
  )
}

const hereOf = ({ terminals, active }: ReturnType<typeof useLabView>): string | undefined =>
  terminals.find((tab) => tab.id === active)?.target

/** Why no probe can be sent now, if so. */
function Standing({
  snapshot,
  started,
  ended,
  back,
  onBack,
}: {
  snapshot: LabSnapshot | undefined
  started: boolean
  ended: boolean
  back: string
  onBack: () => void
}) {
  const texts = useTexts()
  const { looking } = useLabView()
  if (!started)
    return (
      <p className="standing">
        {looking ? (
          texts.lab.looking
        ) : (
          <>
            {texts.path.notRunning}{' '}
            <a href={back} onClick={onBack}>
              {texts.path.start}
            </a>
          </>
        )}
      </p>
    )
  if (ended) return <p className="standing">{texts.path.notReady.over}</p>
  if (!snapshot || snapshot.state === 'starting') return <p className="standing">{texts.path.notReady.starting}</p>
  if (snapshot.state === 'breaking' || snapshot.state === 'resetting')
    return <p className="standing">{texts.path.notReady[snapshot.state]}</p>
  if (snapshot.path.state === 'closed')
    return (
      <p className="standing">
        <Icon name="skip" />
        {texts.path.closed}
      </p>
    )
  return null
}
