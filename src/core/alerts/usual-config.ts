/** As kube-prometheus-stack begins, `null` for all that nobody asked for, with a receiver for ORION beside it. */
export const usualAlertConfig = `route:
  receiver: "null"
  group_by: [namespace]
  routes:
    - receiver: "null"
      matchers: ['alertname="Watchdog"']
    - receiver: orion-on-call
      matchers: ['namespace=~"orion.*"']
receivers:
  - name: "null"
  - name: orion-on-call
    webhook_configs: [{url: <secret>}]
`;
