/// Close frames by what they are for.
export const STILL_OPEN = 'c[2010,"Another connection still open"]';
export const INTERRUPTED = 'c[1002,"Connection interrupted"]';
export const GO_AWAY = 'c[3000,"Go away!"]';
export const SHUTTING_DOWN = 'c[3001,"Server shutting down"]';
export const WRONG_KEY = 'c[9000,"Invalid API key."]';
export const TOO_EARLY = 'c[9001,"Subscribing before connecting."]';
export const DELETED = 'c[9002,"Server closed the connection (intentionally)."]';
