// Judges the cases on stdin as Shopify's own library does: one verdict (true or false) a case, by name.
import '@shopify/shopify-api/adapters/node';
import {ApiVersion, LogSeverity, shopifyApi} from '@shopify/shopify-api';
import {readFileSync} from 'node:fs';

const {key, secret, cases} = JSON.parse(readFileSync(0, 'utf8'));
const shopify = shopifyApi({
  apiKey: key, apiSecretKey: secret, hostName: 'retrack.test', isEmbeddedApp: true,
  apiVersion: ApiVersion.October26, logger: {level: LogSeverity.Error, log: () => {}},
});

const judges = {
  webhook: async ({body, headers}) => {
    const rawRequest = {method: 'POST', url: '/webhooks', headers};
    return (await shopify.webhooks.validate({rawBody: body, rawRequest})).valid;
  },
  id_token: async ({token}) => Boolean(await shopify.session.decodeSessionToken(token)),
  callback: async ({query}) => shopify.utils.validateHmac(query),
};

const verdicts = {};
for (const [name, {kind, ...given}] of Object.entries(cases)) {
  verdicts[name] = await judges[kind](given).catch(() => false);
}
console.log(JSON.stringify(verdicts));
