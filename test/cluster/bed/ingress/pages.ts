import { STATUS_CODES } from 'node:http';

/** nginx's own pages, to the letter: the tool tells nginx' 404 from an application's by them. */
export const nginxPage = (status: number): string => {
  const title = `${status} ${status === 504 ? 'Gateway Time-out' : status === 503 ? 'Service Temporarily Unavailable' : STATUS_CODES[status]}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
};
