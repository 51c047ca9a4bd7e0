package certmanager

import (
	"context"
	"flag"
	"os"
	"os/signal"
	"syscall"

	"github.com/cert-manager/cert-manager/internal/webhook"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
	webhookoptions "github.com/cert-manager/cert-manager/pkg/webhook/options"
)

// RunWebhook runs the real webhook of cert-manager with a certificate that it is given: the CA injector is not here.
func RunWebhook() error {
	settings, err := webhookoptions.NewWebhookConfiguration()
	if err != nil {
		return err
	}
	flags := flag.NewFlagSet("cert-manager-webhook", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "kubeconfig file")
	port := flags.Int("secure-port", 10250, "where it listens, at every address")
	certificate := flags.String("tls-cert-file", "", "its certificate")
	key := flags.String("tls-private-key-file", "", "its key")
	_ = flags.Parse(os.Args[1:])
	settings.KubeConfig = *kubeconfig
	settings.SecurePort = int32(*port)
	settings.HealthzPort = 0
	settings.MetricsListenAddress = "0"
	settings.TLSConfig.Filesystem.CertFile = *certificate
	settings.TLSConfig.Filesystem.KeyFile = *key

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	logf.InitLogs()
	defer logf.FlushLogs()
	ctx = logf.NewContext(ctx, logf.Log, "webhook")
	server, err := webhook.NewCertManagerWebhookServer(logf.FromContext(ctx), *settings)
	if err != nil {
		return err
	}
	return server.Run(ctx)
}
