/** Live sessions: what a class is being taught now. */
import type { Route } from '../../http/route.ts';
import { liveEvents } from './events.ts';
import { changeLive, endLive, getLive, startLive } from './sessions.ts';

export const LIVE_ROUTES: readonly Route[] = [getLive, startLive, changeLive, endLive, liveEvents];
