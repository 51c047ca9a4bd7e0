package certmanager

import (
	"context"
	"errors"
	"os"
	"time"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

// How the lead is kept; cert-manager's own defaults are 60, 40 and 15 seconds.
type leadership struct {
	namespace                                 string
	leaseDuration, renewDeadline, retryPeriod time.Duration
}

var errLost = errors.New("leader election lost")

// whenLeading waits for the Lease cert-manager-controller, as cert-manager's command does, and ends everything once it is lost.
func whenLeading(ctx context.Context, group *errgroup.Group, client kubernetes.Interface, l leadership) error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	leading := make(chan struct{})
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock: &resourcelock.LeaseLock{
			LeaseMeta:  metav1.ObjectMeta{Namespace: l.namespace, Name: "cert-manager-controller"},
			Client:     client.CoordinationV1(),
			LockConfig: resourcelock.ResourceLockConfig{Identity: host + "-external-cert-manager-controller"},
		},
		LeaseDuration:   l.leaseDuration,
		RenewDeadline:   l.renewDeadline,
		RetryPeriod:     l.retryPeriod,
		ReleaseOnCancel: true,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { close(leading) },
			OnStoppedLeading: func() {},
		},
	})
	if err != nil {
		return err
	}
	group.Go(func() error {
		elector.Run(ctx)
		if ctx.Err() == nil {
			return errLost
		}
		return nil
	})
	select {
	case <-leading:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
