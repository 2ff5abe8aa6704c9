// The types of htmx.js that are used here, for tsc.
type Api = { initSecurity: (policy: object, sync: Function, later: Function) => void };
declare const htmx: {
  config: object;
  registerExtension: (name: string, extension: { init: (api: Api) => void }) => void;
};
export default htmx;
