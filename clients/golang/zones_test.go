package golang

import (
	"context"
	"testing"

	"github.com/okta/okta-sdk-golang/v5/okta"
)

func TestNetworkZones(t *testing.T) {
	c, ctx := admin(t), context.Background()
	zone := func(text string) okta.ListNetworkZones200ResponseInner {
		return model[okta.ListNetworkZones200ResponseInner](t, text, unique("Go zone "))
	}
	office, _, err := c.NetworkZoneAPI.CreateNetworkZone(ctx).Zone(zone(`{"type":"IP","name":%q,"gateways":[{"type":"CIDR","value":"198.18.0.0/24"}],"proxies":[{"type":"RANGE","value":"198.18.1.5-198.18.1.9"}]}`)).Execute()
	check(t, err)
	travel, _, err := c.NetworkZoneAPI.CreateNetworkZone(ctx).Zone(zone(`{"type":"DYNAMIC","name":%q,"locations":[{"country":"US","region":"US-CA"}],"asns":["23457"],"proxyType":"Tor"}`)).Execute()
	check(t, err)
	if g := office.IPNetworkZone.Gateways; len(g) != 1 || g[0].GetValue() != "198.18.0.0/24" {
		t.Errorf("gateways %+v", g)
	}
	if l := travel.DynamicNetworkZone.Locations; len(l) != 1 || l[0].GetRegion() != "US-CA" || travel.DynamicNetworkZone.GetProxyType() != "Tor" {
		t.Errorf("dynamic zone %+v", travel.DynamicNetworkZone)
	}
	for _, id := range []string{office.IPNetworkZone.GetId(), travel.DynamicNetworkZone.GetId()} {
		list, _, err := c.NetworkZoneAPI.ListNetworkZones(ctx).Filter(`id eq "` + id + `"`).Execute()
		check(t, err)
		if len(list) != 1 {
			t.Errorf("%d zones with the id %s", len(list), id)
		}
		_, _, err = c.NetworkZoneAPI.DeactivateNetworkZone(ctx, id).Execute()
		check(t, err)
		_, err = c.NetworkZoneAPI.DeleteNetworkZone(ctx, id).Execute()
		check(t, err)
		_, a, err := c.NetworkZoneAPI.GetNetworkZone(ctx, id).Execute()
		refused(t, a, err, 404, "E0000007")
	}
}
